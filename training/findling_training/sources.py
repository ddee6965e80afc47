"""The pair files: `lang_a TAB lang_b TAB text_a TAB text_b` per line, compressed with xz. Side b is English.

Says for each source how often it is drawn (`share`), how strongly rare languages are raised (`temperature`: 1 draws as the pairs lie,
0 draws every language alike), whether neighbouring lines come from one document, and how much its words count when the
vocabulary is made. A file that is not named here is read with the defaults.
"""

import lzma
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Source:
    share: float = 1.0
    temperature: float = 0.5
    # The run's scale is multiplied by this: what must be told from very similar texts wants it larger.
    sharpness: float = 1.0
    # Lines stand in the order of the document they were taken from.
    ordered: bool = False
    # Times each pair's words count towards the vocabulary, before languages are balanced.
    vocabulary_weight: float = 1.0
    # Side b reads "word: meaning", and the word alone is a translation as well.
    glossed: bool = False


# The shares are the mean of two mixtures: what a source is worth by its kind (sentences often), and the root of its size (dictionaries often).
SOURCES: dict[str, Source] = {
    'ui_permissive': Source(share=15.8, vocabulary_weight=0.5),
    'wikititles': Source(share=13.9, vocabulary_weight=0.03),
    'omw': Source(share=12.4, vocabulary_weight=1),
    'wiktionary': Source(share=13.7, vocabulary_weight=2, glossed=True),
    'gatitos': Source(share=7.7, temperature=0.8, vocabulary_weight=20),
    'wordnet_en': Source(share=5.3, vocabulary_weight=1),
    'cldr': Source(share=6.1, vocabulary_weight=0.1),
    'seed': Source(share=5.1, ordered=True, vocabulary_weight=0.5),
    'pydocs': Source(share=4.7, ordered=True, vocabulary_weight=0.05),
    'gnome_help': Source(share=3.4, ordered=True, vocabulary_weight=0.3),
    'tldr': Source(share=3.6, vocabulary_weight=0.5),
    'udhr': Source(share=1.2, ordered=True, vocabulary_weight=2),
    'asp_stories': Source(share=1.5, ordered=True, vocabulary_weight=10),
    'code': Source(share=8, temperature=0.7, sharpness=2, vocabulary_weight=0.05),
}


HELD_OUT_FILE = '-heldout.tsv.xz'


def settings_of(name: str) -> Source:
    return SOURCES.get(name, Source())


def pair_files(folder: Path) -> dict[str, Path]:
    """Source name → file, in a fixed order. Files of held-out pairs, which lie beside those they were held out of, are none."""
    return {path.name.removesuffix('.tsv.xz'): path for path in sorted(folder.glob('*.tsv.xz')) if not path.name.endswith(HELD_OUT_FILE)}


def read_pairs(path: Path) -> Iterator[tuple[str, str, str, str]]:
    """(lang_a, lang_b, text_a, text_b) for each well-formed line."""
    with lzma.open(path, 'rt', encoding='utf-8', newline='\n') as lines:
        for line in lines:
            fields = line.rstrip('\n').split('\t')
            if len(fields) == 4 and fields[2] and fields[3]:
                yield fields[0], fields[1], fields[2], fields[3]
