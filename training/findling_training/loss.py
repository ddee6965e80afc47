"""Contrastive loss with the other pairs of the batch as negatives, in both directions, and its gradient by hand.

The logits of a batch of thousands are the cost of a step, so they are made once, in bfloat16 (the processor's matrix unit), and never
passed over more often than needed: cosines are at most 1, so no maximum is searched, and the two softmaxes' gradients are two products
with the same matrix.
"""

import numpy as np
import torch


def same_keys(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """All (i, j), i ≠ j, with equal keys: they are no negatives of each other."""
    order = np.argsort(keys)
    ordered = keys[order]
    left, right = [], []
    for distance in range(1, len(keys)):
        equal = np.flatnonzero(ordered[distance:] == ordered[:-distance])
        if len(equal) == 0:
            break
        left.append(order[equal])
        right.append(order[equal + distance])
    if not left:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    one, other = np.concatenate(left), np.concatenate(right)
    return np.concatenate((one, other)), np.concatenate((other, one))


def contrast(a: torch.Tensor, b: torch.Tensor, scale: float, masked: tuple[torch.Tensor, torch.Tensor]) -> tuple[float, torch.Tensor, torch.Tensor]:
    """Loss and its gradients for the unit vectors `a` and `b`, row i of which belong together."""
    count = len(a)
    half_a, half_b = a.bfloat16(), b.bfloat16()
    likeness = (half_a * scale) @ half_b.T
    likeness -= scale
    likeness.exp_()
    likeness[masked] = 0
    ones = torch.ones(count, 16, dtype=torch.bfloat16)
    row = (likeness @ ones)[:, :1].float()
    column = (likeness.T @ ones)[:, :1].float()
    to_b = (likeness @ torch.cat((half_b, (b / column).bfloat16()), 1)).float()
    to_a = (likeness.T @ torch.cat((half_a, (a / row).bfloat16()), 1)).float()
    width = a.shape[1]
    weight = scale / (2 * count)
    gradient_a = (to_b[:, :width] / row + to_b[:, width:] - 2 * b) * weight
    gradient_b = (to_a[:, :width] / column + to_a[:, width:] - 2 * a) * weight
    own = (a * b).sum(1) * scale - scale
    loss = float((row.log().squeeze(1) + column.log().squeeze(1)).mean() / 2 - own.mean())
    return loss, gradient_a, gradient_b
