"""The settings of a training run, and those of the shipped model."""

from dataclasses import dataclass, field

SHIPPED_PIECES = 180_000


@dataclass(frozen=True)
class Plan:
    """How batches are mixed."""
    batch: int = 2048
    next_share: float = 0.08
    """Of the batches: a text and what follows it in its document."""
    within_share: float = 0.06
    """Of the batches: a text and a longer one that holds its translation."""
    bundle_share: float = 0.0
    """Of the batches: several pairs of a language as one."""
    long_divisor: int = 4
    """Long texts cost more: their batches are smaller by this."""
    dropout: float = 0.0
    """Of the tokens of a text, the share left out."""
    shares: tuple[tuple[str, float], ...] = ()
    """Overrides of the sources' shares."""
    temperature: float | None = None
    """Overrides the sources' own."""


@dataclass(frozen=True)
class Settings:
    dimension: int = 256
    bits: int = 4
    minutes: float = 45.0
    """Of training. Set the steps instead to make a run that is the same on any machine."""
    steps: int | None = None
    rate: float = 0.02
    """Falls linearly to nothing over the run."""
    hold: float = 0.0
    """Share of the run before the rate begins to fall."""
    spread: float = 0.02
    """Standard deviation of the first rows' numbers."""
    scale: float = 25.0
    """Cosines are multiplied by this before the softmax (one over the temperature)."""
    second_scale: float = 16.0
    """The same in the second stage."""
    prefixes: tuple[int, ...] = (64, 128)
    """The same loss on the first numbers of the vectors, so that they may be cut (Matryoshka)."""
    prefix_weight: float = 0.3
    prefix_batch: int = 512
    quantise_from: float = 0.63
    """Share of the run after which the rows are seen as they will be shipped."""
    average_from: float = 0.9
    second_from: float = 0.63
    """Share of the run after which the second stage begins."""
    weight_power: float = 0.5
    """At the end rows become longer or shorter by this power of their length: weights further apart than training left them."""
    softening: float = -0.1
    """At the end the directions that texts differ most in shrink by this power of how much they do."""
    seed: int = 1
    plan: Plan = field(default_factory=Plan)
    second_plan: Plan | None = None


def shipped() -> Settings:
    """Those of the shipped model. The second stage goes by both: sentences and dictionaries."""
    shares = {
        'ui_permissive': 22, 'wiktionary': 18, 'gatitos': 7, 'omw': 12, 'wikititles': 14, 'cldr': 2, 'seed': 8, 'pydocs': 4, 'gnome_help': 5, 'tldr': 5,
        'udhr': 1, 'asp_stories': 4, 'wordnet_en': 9, 'code': 5,
    }
    return Settings(dimension=320, minutes=17.0, second_from=0.55, quantise_from=0.6, average_from=0.88, second_plan=Plan(next_share=0.1, shares=tuple((name, float(share)) for name, share in shares.items())))
