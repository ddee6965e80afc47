"""The settings of a training run. The defaults are those of the shipped model."""

from dataclasses import dataclass, field

# Of a vocabulary that is chosen here. The shipped model has the 128,000 of the tokenizer it was given.
CHOSEN_PIECES = 180_000


@dataclass(frozen=True)
class Plan:
    """How batches are mixed."""
    batch: int = 2048
    next_share: float = 0.09
    """Of the batches: a text and what follows it in its document."""
    within_share: float = 0.06
    """Of the batches: a text and a longer one that holds its translation."""
    long_divisor: int = 4
    """Long texts cost more: their batches are smaller by this."""


@dataclass(frozen=True)
class Settings:
    dimension: int = 320
    bits: int = 4
    minutes: float = 72.0
    """Of training. Set the steps instead to make a run that is the same on any machine."""
    steps: int | None = None
    rate: float = 0.02
    """Falls linearly to nothing over the run."""
    spread: float = 0.02
    """Standard deviation of the first rows' numbers."""
    scale: float = 10.0
    """Cosines are multiplied by this before the softmax (one over the temperature)."""
    prefixes: tuple[int, ...] = (64, 128)
    """The same loss on the first numbers of the vectors, so that they may be cut (Matryoshka)."""
    prefix_weight: float = 0.3
    prefix_batch: int = 512
    quantise_from: float = 0.6
    """Share of the run after which the rows are seen as they will be shipped."""
    average_from: float = 0.92
    softening: float = -0.2
    """At the end the directions that texts differ most in shrink by this power of how much they do."""
    seed: int = 1
    plan: Plan = field(default_factory=Plan)
