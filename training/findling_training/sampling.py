"""Which pairs come into a batch. A batch is of one source, whose other pairs are its hardest negatives, and of one view of it.

Views: the pair itself; a text and what follows it in its document, in either language (`next`); a text and a longer one that holds its
translation among others (`within`). The last two make long texts, and so decide how much a frequent piece weighs beside a rare one.
"""

from dataclasses import dataclass, replace

import numpy as np

from .bags import Bags, concatenate
from .settings import Plan
from .sources import settings_of
from .split import BUCKETS, TEST_BUCKETS, VALIDATION_BUCKETS
from .tokens import TokenSource

# Texts of a document that make one long text.
NEIGHBOURS = 4
# Texts that stand together in the numbering of English texts are of one document: no negatives of each other.
DOCUMENT_BLOCK = 8
MOST_TOKENS, MOST_TOKENS_LONG = 96, 400


@dataclass(frozen=True)
class Batch:
    kind: str
    a: Bags
    b: Bags
    key_a: np.ndarray
    """Pairs with equal keys, of either sort, are no negatives of each other."""
    key_b: np.ndarray
    sharpness: float
    """Of the source (sources.py)."""


def trained(hashes: np.ndarray) -> np.ndarray:
    return hashes % np.uint64(BUCKETS) >= VALIDATION_BUCKETS + TEST_BUCKETS


class SourceSampler:
    """Draws pairs of one source: a language first, then one of its pairs."""

    def __init__(self, source: TokenSource, plan: Plan, marks: np.ndarray):
        self.source = source
        self.plan = plan
        self.marks = marks
        usable = trained(source.b_hash)[source.b_id] & (source.a.lengths > 0) & (source.b.lengths > 0)[source.b_id]
        numbers = np.flatnonzero(usable)
        self.pairs = numbers[np.argsort(source.lang[numbers], kind='stable')]
        counts = np.bincount(source.lang[self.pairs], minlength=len(source.languages))
        self.counts = np.maximum(counts, 1)
        self.starts = np.concatenate(([0], np.cumsum(counts)))[:-1]
        weights = np.where(counts > 0, counts.astype(float) ** settings_of(source.name).temperature, 0)
        self.chances = weights / max(weights.sum(), 1e-9)
        self.windows = self._windows(usable) if settings_of(source.name).ordered else np.empty(0, np.int64)

    def _windows(self, usable: np.ndarray) -> np.ndarray:
        """First of NEIGHBOURS + 1 texts of one language, all trained on."""
        whole = usable[:-NEIGHBOURS].copy()
        for distance in range(1, NEIGHBOURS + 1):
            end = len(usable) - NEIGHBOURS + distance
            whole &= usable[distance:end] & (self.source.lang[distance:end] == self.source.lang[:-NEIGHBOURS])
        return np.flatnonzero(whole)

    def _draw(self, rng: np.random.Generator, count: int, together: int = 1) -> np.ndarray:
        """`count` pairs; each `together` neighbours are of one language."""
        languages = np.repeat(rng.choice(len(self.chances), size=count // together, p=self.chances), together)
        return self.pairs[self.starts[languages] + (rng.random(len(languages)) * self.counts[languages]).astype(np.int64)]

    def pair(self, rng: np.random.Generator, count: int) -> Batch:
        chosen = self._draw(rng, count)
        return self._batch('pair', self.source.a.take(chosen), self.source.b.take(self.source.b_id[chosen]), chosen)

    def within(self, rng: np.random.Generator, count: int) -> Batch:
        together = int(rng.integers(3, 9))
        chosen = self._draw(rng, count * together, together)
        anchors = chosen[::together]
        english = self.source.b_id
        if rng.random() < 0.5:
            short, long = self.source.a.take(anchors), self.source.b.take(english[chosen])
        else:
            short, long = self.source.b.take(english[anchors]), self.source.a.take(chosen)
        return self._batch('within', short, long.join(together), anchors, MOST_TOKENS_LONG)

    def next(self, rng: np.random.Generator, count: int) -> Batch:
        first = self.windows[rng.integers(0, len(self.windows), count)]
        # Half of the long texts hold the short one's own translation, too.
        begin = first + int(rng.integers(0, 2))
        members = (begin[:, None] + np.arange(NEIGHBOURS)).ravel()
        english = self.source.b_id
        form = rng.integers(0, 4)
        short = self.source.b.take(english[first]) if form in (1, 3) else self.source.a.take(first)
        long = self.source.b.take(english[members]) if form in (0, 3) else self.source.a.take(members)
        batch = self._batch('next', short, long.join(NEIGHBOURS), first, MOST_TOKENS_LONG)
        return replace(batch, key_a=(english[first] // DOCUMENT_BLOCK).astype(np.uint64))

    def _batch(self, kind: str, a: Bags, b: Bags, anchors: np.ndarray, most: int = MOST_TOKENS) -> Batch:
        a, b = a.cut(most), b.cut(most)
        key_a = np.add.reduceat(self.marks[a.flat], a.off[:-1])
        key_b = self.source.b_hash[self.source.b_id[anchors]]
        return Batch(kind, a, b, key_a, key_b, settings_of(self.source.name).sharpness)


class Sampler:
    """Endless batches, the same for the same seed."""

    def __init__(self, sources: dict[str, TokenSource], plan: Plan, pieces: int, seed: int):
        self.plan = plan
        self.rng = np.random.default_rng(seed)
        marks = np.random.default_rng(0).integers(0, 2 ** 63, pieces, dtype=np.uint64)
        self.samplers = [sampler for sampler in (SourceSampler(source, plan, marks) for source in sources.values()) if len(sampler.pairs) > 0]
        self.chances = _normal([settings_of(sampler.source.name).share for sampler in self.samplers])
        self.next_chances = _normal([len(sampler.windows) ** 0.5 for sampler in self.samplers])

    def draw(self) -> Batch:
        rng, plan = self.rng, self.plan
        kind = rng.random()
        long = plan.batch // plan.long_divisor
        if kind < plan.next_share and self.next_chances.sum() > 0:
            return self.samplers[rng.choice(len(self.samplers), p=self.next_chances)].next(rng, long)
        sampler = self.samplers[rng.choice(len(self.samplers), p=self.chances)]
        if kind < plan.next_share + plan.within_share:
            return sampler.within(rng, long)
        return sampler.pair(rng, plan.batch)


def _normal(weights: list[float]) -> np.ndarray:
    values = np.array(weights, dtype=float)
    return values / values.sum() if values.sum() > 0 else values


def texts_of_all(sources: dict[str, TokenSource], per_side: int, seed: int) -> Bags:
    """Texts drawn evenly from both sides of all sources' training parts."""
    rng = np.random.default_rng(seed)
    parts = []
    for source in sources.values():
        numbers = rng.permutation(np.flatnonzero(trained(source.b_hash)[source.b_id]))[:per_side]
        parts += [source.a.take(numbers), source.b.take(source.b_id[numbers])]
    texts = concatenate(parts)
    return texts.take(np.flatnonzero(texts.lengths > 0))
