"""Scores during training, on the validation split: quick, on token ids, for choosing between settings. What is reported about the finished
model is measured on its folder (training/evaluation), on the test split.

`sentences`: held-out sentence-like texts of each language against one pool of held-out English sentences, share of first hits.
`paragraphs`: a held-out text against the texts that follow such texts in their documents, share within the first ten, in the same
language and in English. `words`: the same as `sentences` for dictionary entries. `code`: documentation against functions.
"""

from dataclasses import dataclass

import numpy as np
import torch

from .bags import Bags, concatenate
from .languages import LARGEST_THIRTY
from .sampling import NEIGHBOURS
from .sources import settings_of
from .split import BUCKETS, VALIDATION_BUCKETS
from .table import embed
from .tokens import TokenSource

SENTENCE_SOURCES = ('seed', 'gnome_help', 'udhr', 'asp_stories', 'tldr', 'ui_permissive', 'pydocs', 'gatitos')
WORD_SOURCES = ('omw', 'wiktionary', 'gatitos')
SENTENCE_WORDS = 4
MOST_QUERIES = 200
FEWEST_QUERIES = 8
POOL = 1500
PARAGRAPHS = 240


@dataclass(frozen=True)
class Retrieval:
    """Queries of each group against one pool; `answers[i]` is the right text of the pool."""
    groups: list[str]
    group: np.ndarray
    queries: Bags
    pool: Bags
    answers: np.ndarray
    first: int

    def score(self, rows: torch.Tensor, dimension: int | None = None) -> dict[str, float]:
        queries, pool = embed(rows, self.queries, dimension), embed(rows, self.pool, dimension)
        likeness = queries @ pool.T
        own = likeness[torch.arange(len(queries)), torch.from_numpy(self.answers)]
        rank = (likeness > own.unsqueeze(1)).sum(1).numpy()
        return {name: float((rank[self.group == number] < self.first).mean()) for number, name in enumerate(self.groups)}


def _held_out(source: TokenSource) -> np.ndarray:
    held = source.b_hash % np.uint64(BUCKETS) < VALIDATION_BUCKETS
    return held[source.b_id] & (source.a.lengths > 0) & (source.b.lengths > 0)[source.b_id]


def _translations(sources: dict[str, TokenSource], names: tuple[str, ...], words: tuple[int, int], seed: int) -> Retrieval | None:
    rng = np.random.default_rng(seed)
    picked: dict[str, list[tuple[Bags, Bags, np.ndarray]]] = {}
    for name in names:
        source = sources.get(name)
        if source is None:
            continue
        fitting = (source.b_word_count >= words[0]) & (source.b_word_count <= words[1])
        chosen = np.flatnonzero(_held_out(source) & (fitting[source.b_id] | (name == 'gatitos')))
        for number, language in enumerate(source.languages):
            own = chosen[source.lang[chosen] == number]
            if len(own) > 0 and language != 'en':
                own = rng.permutation(own)[:MOST_QUERIES]
                picked.setdefault(language, []).append((source.a.take(own), source.b.take(source.b_id[own]), source.b_hash[source.b_id[own]]))
    groups, group, queries, english, hashes = [], [], [], [], []
    for language, parts in sorted(picked.items()):
        if sum(len(part[0]) for part in parts) < FEWEST_QUERIES:
            continue
        queries += [part[0] for part in parts]
        english += [part[1] for part in parts]
        hashes += [part[2] for part in parts]
        group += [len(groups)] * sum(len(part[0]) for part in parts)
        groups.append(language)
    if not groups:
        return None
    keys, first, answers = np.unique(np.concatenate(hashes), return_index=True, return_inverse=True)
    all_english, all_queries = concatenate(english), concatenate(queries)
    # One pool of bounded size; queries whose answer is not in it are left out.
    kept = rng.permutation(len(keys))[:POOL]
    place = np.full(len(keys), -1)
    place[kept] = np.arange(len(kept))
    asked = np.flatnonzero(place[answers] >= 0)
    numbers = np.array(group)[asked]
    enough = [number for number in range(len(groups)) if (numbers == number).sum() >= FEWEST_QUERIES]
    renumber = np.full(len(groups), -1)
    renumber[enough] = np.arange(len(enough))
    asked = asked[renumber[numbers] >= 0]
    return Retrieval(
        [groups[number] for number in enough], renumber[np.array(group)[asked]], all_queries.take(asked), all_english.take(first[kept]), place[answers[asked]], 1,
    )


def _paragraphs(sources: dict[str, TokenSource], english: bool) -> list[Retrieval]:
    """One retrieval per language that has enough of them."""
    out = []
    for language in ('fr', 'es', 'zh', 'ja', 'ko', 'pt', 'tr', 'pl', 'uk', 'zh-Hant', 'de', 'ru', 'bn', 'fur', 'nqo', 'ary'):
        queries, texts = [], []
        for name, source in sources.items():
            if not settings_of(name).ordered or language not in source.languages:
                continue
            held = np.flatnonzero(_held_out(source)[:-NEIGHBOURS] & (source.lang[:-NEIGHBOURS] == source.languages.index(language)))
            held = held[source.lang[held + NEIGHBOURS] == source.lang[held]][:PARAGRAPHS]
            members = (held[:, None] + np.arange(1, NEIGHBOURS + 1)).ravel()
            queries.append(source.a.take(held))
            texts.append((source.b.take(source.b_id[members]) if english else source.a.take(members)).join(NEIGHBOURS))
        count = sum(len(part) for part in queries)
        if count >= 50:
            asked = np.arange(min(count, PARAGRAPHS))
            out.append(Retrieval([language], np.zeros(len(asked), np.int64), concatenate(queries).take(asked), concatenate(texts).take(asked), asked, 10))
    return out


class Validation:
    def __init__(self, sources: dict[str, TokenSource], seed: int = 1):
        self.sentences = _translations(sources, SENTENCE_SOURCES, (SENTENCE_WORDS, 10_000), seed)
        self.words = _translations(sources, WORD_SOURCES, (1, SENTENCE_WORDS - 1), seed)
        self.code = _translations(sources, ('code',), (2, 10_000), seed)
        self.same = _paragraphs(sources, english=False)
        self.across = _paragraphs(sources, english=True)

    def scores(self, rows: torch.Tensor, dimension: int | None = None) -> dict[str, float]:
        """Means over languages, in per cent."""
        out: dict[str, float] = {}
        for name in ('sentences', 'words', 'code'):
            part = getattr(self, name)
            if part is not None:
                by_language = part.score(rows, dimension)
                out[name] = _mean(by_language.values())
                largest = [value for language, value in by_language.items() if language in LARGEST_THIRTY]
                if name == 'sentences' and largest:
                    out['largest'] = _mean(largest)
        for name, parts in (('same', self.same), ('across', self.across)):
            if parts:
                out[name] = _mean([value for part in parts for value in part.score(rows, dimension).values()])
        return out


def _mean(values) -> float:
    return round(100 * float(np.mean(list(values))), 2)
