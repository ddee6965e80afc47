"""The tokenizer's file, and the corpus cut with it.

`tokenizer.json` is what the registry's `tokenizers` package and the product's own tokenizer read. Scores are whole hundredths: shorter in
the file, and exact in floating point, so that every implementation takes the same of two equally likely cuts.
"""

import base64
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from .bags import Bags, expand, offsets
from .corpus import load_source, load_words, source_names

SCORE_SCALE = 100
# Words cut at a time: bounds the memory of the tokenizer's answers.
BATCH = 200_000
UNKNOWN, PAD = 0, 1
# Bytes score so far below the least likely piece.
BELOW_ALL = 5


@dataclass(frozen=True)
class TokenSource:
    """One source, cut. Text i of side a belongs to text `b_id[i]` of side b."""
    name: str
    languages: list[str]
    lang: np.ndarray
    a: Bags
    b_id: np.ndarray
    b: Bags
    b_hash: np.ndarray
    b_word_count: np.ndarray


def tokenizer_json(fixed: list[str], pieces: list[tuple[str, float]], charsmap: bytes) -> str:
    """`fixed`: unknown, padding and the 256 bytes, which come first and are never chosen over a piece; `charsmap`: sentencepiece's normalisation table."""
    lowest = round((min(score for _, score in pieces) - BELOW_ALL) * SCORE_SCALE)
    vocabulary = [[piece, 0 if number in (UNKNOWN, PAD) else lowest] for number, piece in enumerate(fixed)]
    vocabulary += [[piece, round(score * SCORE_SCALE)] for piece, score in pieces]
    special = [
        {'id': number, 'content': vocabulary[number][0], 'single_word': False, 'lstrip': False, 'rstrip': False, 'normalized': False, 'special': True}
        for number in (UNKNOWN, PAD)
    ]
    mark = '\u2581'
    metaspace = {'type': 'Metaspace', 'replacement': mark, 'prepend_scheme': 'always', 'split': True}
    file = {
        'version': '1.0', 'truncation': None, 'padding': None, 'added_tokens': special,
        'normalizer': {'type': 'Sequence', 'normalizers': [
            {'type': 'Precompiled', 'precompiled_charsmap': base64.b64encode(charsmap).decode()},
            {'type': 'Strip', 'strip_left': True, 'strip_right': True},
            {'type': 'Replace', 'pattern': {'Regex': ' {2,}'}, 'content': ' '},
        ]},
        'pre_tokenizer': metaspace, 'post_processor': None, 'decoder': metaspace,
        'model': {'type': 'Unigram', 'unk_id': UNKNOWN, 'vocab': vocabulary, 'byte_fallback': True},
    }
    return json.dumps(file, ensure_ascii=False, separators=(',', ':'))


def cut_words(tokenizer: Tokenizer, words: list[str]) -> Bags:
    """The tokens of each word by itself: words never share a token, so a text's tokens are those of its words."""
    flat, lengths = [], []
    for start in range(0, len(words), BATCH):
        for encoding in tokenizer.encode_batch_fast(words[start:start + BATCH], add_special_tokens=False):
            flat.append(np.array(encoding.ids, dtype=np.int32))
            lengths.append(len(flat[-1]))
    return Bags(np.concatenate(flat), offsets(np.array(lengths)))


def cut_corpus(corpus: Path, tokenizer_file: Path, out: Path) -> None:
    """Writes the cut sources to `out`, one `.npz` each. Those already there are kept."""
    out.mkdir(parents=True, exist_ok=True)
    todo = [name for name in source_names(corpus) if not (out / f'{name}.npz').exists()]
    if not todo:
        return
    pieces = cut_words(Tokenizer.from_file(str(tokenizer_file)), load_words(corpus))
    for name in todo:
        source = load_source(corpus, name)
        a = expand(source.a_words, source.a_off, pieces)
        b = expand(source.b_words, source.b_off, pieces)
        np.savez(
            out / f'{name}.npz', lang=source.lang, a_flat=a.flat, a_off=a.off, b_flat=b.flat, b_off=b.off, b_id=source.b_id, b_hash=source.b_hash,
            b_word_count=np.diff(source.b_off).astype(np.int16), languages=np.array(json.dumps(source.languages)),
        )


def load_tokens(folder: Path) -> dict[str, TokenSource]:
    out = {}
    for path in sorted(folder.glob('*.npz')):
        part = np.load(path)
        out[path.stem] = TokenSource(
            name=path.stem, languages=json.loads(str(part['languages'])), lang=part['lang'], a=Bags(part['a_flat'], part['a_off']),
            b_id=part['b_id'], b=Bags(part['b_flat'], part['b_off']), b_hash=part['b_hash'], b_word_count=part['b_word_count'],
        )
    return out
