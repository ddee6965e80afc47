"""Reads the pair files once and keeps them as numbers: texts are lists of word numbers, so that a new vocabulary only has to cut
each different word once instead of reading 24 million texts again.

A folder `corpus/` in the work folder: `words.txt` (one raw word per line) and one `.npz` per source.
"""

import json
from array import array
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .sources import pair_files, read_pairs, settings_of
from .split import english_hash
from .words import words_of

# Longer runs of letters are base64 or text without spaces that lost its full stops.
LONGEST_WORD = 200


@dataclass(frozen=True)
class SourcePairs:
    """Pairs of one source. Text i of side a is `a_words[a_off[i]:a_off[i+1]]`; its English text is number `b_id[i]` of side b."""
    name: str
    languages: list[str]
    lang: np.ndarray    # int16, pair → index into `languages`
    a_off: np.ndarray
    a_words: np.ndarray
    b_id: np.ndarray
    b_off: np.ndarray
    b_words: np.ndarray
    b_hash: np.ndarray  # uint64, English text → what the split and the masks go by


class _Texts:
    """Texts as word numbers, growing."""

    def __init__(self, words: dict[str, int]):
        self.words = words
        self.flat = array('i')
        self.off = array('q', [0])

    def add(self, text: str) -> int:
        """Words added."""
        words = self.words
        found = [words.setdefault(word, len(words)) for word in words_of(text) if len(word) <= LONGEST_WORD]
        self.flat.extend(found)
        self.off.append(len(self.flat))
        return len(found)


def _views(english: str, glossed: bool) -> list[str]:
    """The English side as it stands and, of "word: meaning", the word alone."""
    if glossed and ': ' in english:
        return [english, english.split(': ', 1)[0]]
    return [english]


def _read_source(name: str, path: Path, out: Path) -> None:
    glossed = settings_of(name).glossed
    words: dict[str, int] = {}
    side_a, side_b = _Texts(words), _Texts(words)
    english: dict[str, int] = {}
    hashes = array('Q')
    languages: dict[str, int] = {}
    lang, b_id = array('h'), array('i')
    for lang_a, _, text_a, text_b in read_pairs(path):
        for view in _views(text_b, glossed):
            number = english.get(view)
            if number is None:
                number = english[view] = len(english)
                side_b.add(view)
                hashes.append(english_hash(view))
            side_a.add(text_a)
            lang.append(languages.setdefault(lang_a, len(languages)))
            b_id.append(number)
    np.savez(
        out / f'{name}.part.npz', lang=np.array(lang), a_off=np.array(side_a.off), a_words=np.array(side_a.flat), b_id=np.array(b_id),
        b_off=np.array(side_b.off), b_words=np.array(side_b.flat), b_hash=np.array(hashes),
        languages=np.array(json.dumps(list(languages))),
    )
    (out / f'{name}.words').write_text('\n'.join(words), encoding='utf-8')


def build_corpus(data: list[Path], out: Path, processes: int) -> None:
    """Reads every pair file of the folders; sources read before are kept."""
    out.mkdir(parents=True, exist_ok=True)
    files = {name: path for folder in data for name, path in pair_files(folder).items()}
    todo = [name for name in files if not (out / f'{name}.npz').exists()]
    if not todo:
        return
    largest_first = sorted(todo, key=lambda name: -files[name].stat().st_size)
    with ProcessPoolExecutor(processes) as pool:
        list(pool.map(_read_source, largest_first, [files[name] for name in largest_first], [out] * len(todo)))
    _join_words(todo, out)


def _join_words(names: list[str], out: Path) -> None:
    """One numbering of words for all sources; earlier numbers stay."""
    known = out / 'words.txt'
    words = {word: number for number, word in enumerate(known.read_text(encoding='utf-8').split('\n'))} if known.exists() else {}
    for name in names:
        own = (out / f'{name}.words').read_text(encoding='utf-8').split('\n')
        numbers = np.array([words.setdefault(word, len(words)) for word in own], dtype=np.int32)
        part = dict(np.load(out / f'{name}.part.npz'))
        part['a_words'] = numbers[part['a_words']]
        part['b_words'] = numbers[part['b_words']]
        np.savez(out / f'{name}.npz', **part)
        (out / f'{name}.words').unlink()
        (out / f'{name}.part.npz').unlink()
    known.write_text('\n'.join(words), encoding='utf-8')


def load_words(corpus: Path) -> list[str]:
    return (corpus / 'words.txt').read_text(encoding='utf-8').split('\n')


def load_source(corpus: Path, name: str) -> SourcePairs:
    part = dict(np.load(corpus / f'{name}.npz'))
    languages = json.loads(str(part.pop('languages')))
    return SourcePairs(name=name, languages=languages, **part)


def source_names(corpus: Path) -> list[str]:
    return sorted(path.stem for path in corpus.glob('*.npz') if not path.stem.endswith('.part'))
