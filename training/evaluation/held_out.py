"""Gathers the pairs of one part (test or validation) out of all pair files, and texts beside which they must be found.

Reading twelve million lines takes minutes, so what was gathered is kept in a folder and read from there the next time.
"""

import lzma
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from findling_training.split import BUCKETS, TEST, TRAIN, VALIDATION, english_hash, split_of_hash

# Of the trained pairs, those in so many of the 1,000 buckets stand beside the right answers as wrong ones.
DISTRACTOR_BUCKETS = 20
DISTRACTOR = 'distractor'
# The code has a rule of its own: whole packages are held out.
CODE_PREFIX = 'code'


@dataclass(frozen=True)
class Pair:
    source: str
    language: str
    text: str
    english: str


@dataclass
class HeldOut:
    """Pairs by language, in the order of their hashes, so that the first n are a sample of all sources."""
    pairs: dict[str, list[Pair]] = field(default_factory=lambda: defaultdict(list))
    distractors: dict[str, list[Pair]] = field(default_factory=lambda: defaultdict(list))


def gather(data: Path, part: str, kept: Path) -> HeldOut:
    """`part`: test or validation. `kept`: a folder for what was gathered. Errors: those of reading."""
    if part not in (TEST, VALIDATION):
        raise ValueError(f'"{part}" is neither {TEST} nor {VALIDATION}')
    files = sorted(path for path in data.glob('*.tsv.xz') if not path.name.startswith(CODE_PREFIX))
    kept.mkdir(parents=True, exist_ok=True)
    for path in files:
        target = kept / path.name.replace('.tsv.xz', '.gathered.tsv')
        if not target.exists():
            print(f'gathering {path.name}', file=sys.stderr, flush=True)
            unfinished = target.with_suffix('.unfinished')
            unfinished.write_text(''.join(_gathered_lines(path)), encoding='utf-8')
            unfinished.rename(target)
    held_out = HeldOut()
    for path in files:
        for line in (kept / path.name.replace('.tsv.xz', '.gathered.tsv')).read_text(encoding='utf-8').splitlines():
            line_part, language, text, english = line.split('\t')
            if line_part in (part, DISTRACTOR):
                (held_out.pairs if line_part == part else held_out.distractors)[language].append(Pair(path.name.split('.')[0], language, text, english))
    for pairs in (*held_out.pairs.values(), *held_out.distractors.values()):
        # The low digits chose the part; these are independent of it.
        pairs.sort(key=lambda pair: (english_hash(pair.english) // BUCKETS, pair.text))
    return held_out


def _gathered_lines(path: Path) -> Iterator[str]:
    with lzma.open(path, 'rt', encoding='utf-8', newline='\n') as lines:
        for line in lines:
            fields = line.rstrip('\n').split('\t')
            if len(fields) != 4 or fields[1] != 'en':
                continue
            value = english_hash(fields[3])
            part = split_of_hash(value)
            if part == TRAIN:
                if value % BUCKETS < BUCKETS - DISTRACTOR_BUCKETS:
                    continue
                part = DISTRACTOR
            yield f'{part}\t{fields[0]}\t{fields[2]}\t{fields[3]}\n'


_WORD = re.compile(r'\w+')
# English words from which on a text counts as a sentence.
SENTENCE_WORDS = 4
# The others hold words, names and explanations of words.
SENTENCE_SOURCES = ('asp_stories', 'gnome_help', 'pydocs', 'seed', 'tldr', 'udhr', 'ui_permissive')


def is_sentence(pair: Pair) -> bool:
    return pair.source in SENTENCE_SOURCES and _english_words(pair) >= SENTENCE_WORDS


def is_word(pair: Pair) -> bool:
    return _english_words(pair) < SENTENCE_WORDS


def is_explanation(pair: Pair) -> bool:
    """A word or name with the English text that explains it."""
    return pair.source not in SENTENCE_SOURCES and _english_words(pair) >= SENTENCE_WORDS and len(pair.text.split()) < SENTENCE_WORDS and len(pair.english) > 2 * len(pair.text)


def is_paragraph(pair: Pair) -> bool:
    return len(pair.english) >= 100


def _english_words(pair: Pair) -> int:
    return len(_WORD.findall(pair.english))
