"""The model: one row per piece; a text's vector is the sum of its pieces' rows, made unit length. A row's length is the piece's weight.

Gradients are written out by hand: only the rows of a batch are read and changed, so a step costs the same for any vocabulary.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch.nn.functional import embedding_bag

from .bags import Bags
from .quantise import quantised

# Keeps the length of an all-zero sum from dividing.
TINY = 1e-6


# Of Adam (Kingma and Ba, 2015): how long the mean and the mean square of a number's gradients remember.
MEAN_KEPT, SQUARE_KEPT = 0.9, 0.999


@dataclass
class Table:
    rows: torch.Tensor
    """float32, pieces × dimension; the other two alike."""
    mean: torch.Tensor
    square: torch.Tensor
    steps: int = 0

    @staticmethod
    def fresh(pieces: int, dimension: int, spread: float, seed: int) -> 'Table':
        generator = torch.Generator().manual_seed(seed)
        return Table(torch.randn(pieces, dimension, generator=generator) * spread, torch.zeros(pieces, dimension), torch.zeros(pieces, dimension))


@dataclass(frozen=True)
class Pooled:
    """Sums of a batch and what is needed to send gradients back to the rows."""
    sums: torch.Tensor
    rows: torch.Tensor    # int64, the different pieces of the batch
    texts: torch.Tensor   # for each token, ordered by piece: its text
    starts: torch.Tensor  # where each piece begins in `texts`


def pool(table: Table, bags: Bags, bits: int | None) -> Pooled:
    order = np.argsort(bags.flat)
    ordered = bags.flat[order]
    first = np.concatenate(([True], ordered[1:] != ordered[:-1]))
    local = np.empty(len(order), dtype=np.int64)
    local[order] = np.cumsum(first) - 1
    rows = torch.from_numpy(ordered[first].astype(np.int64))
    texts = np.repeat(np.arange(len(bags)), bags.lengths)[order]
    values = table.rows[rows]
    if bits is not None:
        values = quantised(values, bits)
    sums = embedding_bag(torch.from_numpy(local), values, torch.from_numpy(bags.off[:-1]), mode='sum')
    return Pooled(sums, rows, torch.from_numpy(texts), torch.from_numpy(np.flatnonzero(first)))


def update(table: Table, pooled: Pooled, gradient: torch.Tensor, rate: float) -> None:
    """Adam on the batch's rows alone. `gradient`: of the sums. Quantised rows are stepped as if they were not (straight-through)."""
    of_rows = embedding_bag(pooled.texts, gradient, pooled.starts, mode='sum')
    table.steps += 1
    mean = table.mean[pooled.rows].mul_(MEAN_KEPT).add_(of_rows, alpha=1 - MEAN_KEPT)
    square = table.square[pooled.rows].mul_(SQUARE_KEPT).addcmul_(of_rows, of_rows, value=1 - SQUARE_KEPT)
    table.mean[pooled.rows] = mean
    table.square[pooled.rows] = square
    expected = (square / (1 - SQUARE_KEPT ** table.steps)).sqrt_().add_(1e-8)
    table.rows[pooled.rows] = table.rows[pooled.rows].addcdiv_(mean, expected, value=-rate / (1 - MEAN_KEPT ** table.steps))


def unit(sums: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Unit vectors and the lengths they had."""
    lengths = sums.norm(dim=1, keepdim=True).clamp_min(TINY)
    return sums / lengths, lengths


def soften(rows: torch.Tensor, texts: Bags, power: float) -> torch.Tensor:
    """Turns the rows so that the directions the texts differ most in come first (which suits vectors that are cut), and shrinks those: power
    −0.5 would make all alike. Domains that training is full of then weigh less against those it is not."""
    vectors = embed(rows, texts)
    amounts, directions = torch.linalg.eigh(vectors.T @ vectors / len(vectors))
    return rows @ (directions.flip(1) * amounts.flip(0).clamp_min(TINY) ** power)


def embed(rows: torch.Tensor, bags: Bags, dimension: int | None = None) -> torch.Tensor:
    """Unit vectors, of the first `dimension` numbers."""
    used = rows if dimension is None else rows[:, :dimension].contiguous()
    sums = embedding_bag(torch.from_numpy(bags.flat.astype(np.int64)), used, torch.from_numpy(bags.off[:-1]), mode='sum')
    return unit(sums)[0]
