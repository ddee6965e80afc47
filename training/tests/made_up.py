"""A made-up world to train on in seconds: "languages" whose words are English ones with another ending."""

import lzma
import random
from pathlib import Path

ENGLISH = [first + second for first in 'ba be bo da de do fa fe fo ga ge go'.split() for second in 'lor min pat rud sek tav nix'.split()]
LANGUAGES = {'xa': 'ski', 'xb': 'ova', 'xc': 'um'}


def translation(sentence: str, language: str) -> str:
    return ' '.join(word + LANGUAGES[language] for word in sentence.split())


def write_pairs(folder: Path, pairs_per_language: int = 1500, seed: int = 1) -> None:
    """Two sources: sentences (as of an application) and documents whose lines follow each other."""
    rng = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    for name in ('ui_permissive', 'seed'):
        with lzma.open(folder / f'{name}.tsv.xz', 'wt', encoding='utf-8') as out:
            for language in LANGUAGES:
                for _ in range(pairs_per_language):
                    sentence = ' '.join(rng.sample(ENGLISH, 5))
                    out.write(f'{language}\ten\t{translation(sentence, language)}\t{sentence}\n')
