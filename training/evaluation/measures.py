"""How often the right text is found. Pure arithmetic over unit vectors."""

from dataclasses import dataclass

import numpy as np

from .model_folder import Vectors

# Queries compared at once: 1,000 × 1,000 floats are 4 MB.
AT_ONCE = 1_000


@dataclass(frozen=True)
class Found:
    """Shares, 0 to 1."""
    first: float
    top_ten: float
    mean_reciprocal_rank: float
    queries: int

    def as_json(self) -> dict[str, float | int]:
        return {'first': round(self.first, 4), 'topTen': round(self.top_ten, 4), 'mrr': round(self.mean_reciprocal_rank, 4), 'queries': self.queries}


def found(queries: Vectors, documents: Vectors, right: list[int]) -> Found:
    """`right[i]`: the row of `documents` that answers query i. Ties count against the model, so that zeros find nothing."""
    ranks: list[int] = []
    for start in range(0, len(right), AT_ONCE):
        similarities = queries[start:start + AT_ONCE] @ documents.T
        answers = np.asarray(right[start:start + AT_ONCE])
        own = similarities[np.arange(len(answers)), answers][:, None]
        ranks.extend((similarities >= own).sum(axis=1).tolist())
    counted = np.asarray(ranks, dtype=np.float64)
    return Found(float((counted <= 1).mean()), float((counted <= 10).mean()), float((1 / counted).mean()), len(ranks))
