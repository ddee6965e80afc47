"""Rows as small whole numbers with one scale each.

Four bits: sixteen levels, half a step beside zero so that all are used, as wide as is best for values that lie like a bell curve.
Eight bits: as wide as the row's largest value.
"""

import torch

# Width of a step in root-mean-squares of the row: the least squared error for a normal distribution and 16 levels.
STEP_4_BITS = 0.335
LEVELS_8_BITS = 127


def scales_of(rows: torch.Tensor, bits: int) -> torch.Tensor:
    """One per row, as a column."""
    if bits == 4:
        return rows.square().mean(1, keepdim=True).sqrt_().mul_(STEP_4_BITS).clamp_min_(1e-12)
    return rows.abs().amax(1, keepdim=True).div_(LEVELS_8_BITS).clamp_min_(1e-12)


def levels_of(rows: torch.Tensor, scales: torch.Tensor, bits: int) -> torch.Tensor:
    """Whole numbers: 0 to 15 for four bits (15/2 lower in meaning), −127 to 127 for eight."""
    if bits == 4:
        return (rows / scales).add_(8).floor_().clamp_(0, 15)
    return (rows / scales).round_().clamp_(-LEVELS_8_BITS, LEVELS_8_BITS)


def quantised(rows: torch.Tensor, bits: int) -> torch.Tensor:
    """What the shipped table will give for these rows."""
    scales = scales_of(rows, bits)
    levels = levels_of(rows, scales, bits)
    if bits == 4:
        levels -= 7.5
    return levels.mul_(scales)
