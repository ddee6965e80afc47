"""Texts as bags of token ids: a flat array and where each text begins, so that thousands are gathered without a Python loop."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Bags:
    """Text i is `flat[off[i]:off[i + 1]]`."""
    flat: np.ndarray  # int32
    off: np.ndarray   # int64, one longer than there are texts

    def __len__(self) -> int:
        return len(self.off) - 1

    @property
    def lengths(self) -> np.ndarray:
        return np.diff(self.off)

    def take(self, chosen: np.ndarray) -> 'Bags':
        """The chosen texts, in this order."""
        starts = self.off[chosen]
        lengths = self.off[chosen + 1] - starts
        return Bags(self.flat[ranges(starts, lengths)], offsets(lengths))

    def join(self, per_text: int) -> 'Bags':
        """Every `per_text` neighbours become one text."""
        return Bags(self.flat, self.off[::per_text])

    def cut(self, most: int) -> 'Bags':
        """At most this many tokens of each text."""
        lengths = np.minimum(self.lengths, most)
        return Bags(self.flat[ranges(self.off[:-1], lengths)], offsets(lengths))


def offsets(lengths: np.ndarray) -> np.ndarray:
    return np.concatenate((np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)))


def ranges(starts: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """start, start + 1, … for each of the ranges, one after the other."""
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) > 0 else 0
    return np.arange(total) + np.repeat(starts - (ends - lengths), lengths)


def concatenate(parts: list[Bags]) -> Bags:
    return Bags(np.concatenate([part.flat for part in parts]), offsets(np.concatenate([part.lengths for part in parts])))


def expand(words: np.ndarray, word_off: np.ndarray, pieces: Bags) -> Bags:
    """Texts of word numbers to texts of tokens; `pieces` holds the tokens of each word."""
    lengths = pieces.lengths[words]
    counts = np.concatenate(([0], np.cumsum(lengths)))
    return Bags(pieces.flat[ranges(pieces.off[words], lengths)], counts[word_off].astype(np.int64))
