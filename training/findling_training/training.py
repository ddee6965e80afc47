"""The training loop: draw, pool, contrast, update; scores now and then; a checkpoint to go on from; an average of the last part."""

import json
import queue
import threading
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch

from .bags import concatenate
from .loss import contrast, same_keys
from .quantise import quantised
from .sampling import Batch, Sampler, texts_of_all
from .settings import Settings
from .table import Table, pool, soften, unit, update
from .tokens import TokenSource
from .validation import Validation


SCORE_EVERY_MINUTES = 2.0
SAVE_EVERY_MINUTES = 10.0
AVERAGE_EVERY_STEPS = 50
# Texts of each side of each source, for the directions that are softened.
SOFTENING_TEXTS = 1_200
# Batches drawn ahead by a thread, while the other core is in a part that uses one.
AHEAD = 3


def step(table: Table, batch: Batch, settings: Settings, rate: float, bits: int | None) -> float:
    """One batch. Answers its loss."""
    count = len(batch.a)
    pooled = pool(table, concatenate([batch.a, batch.b]), bits)
    masked = same_pairs(batch)
    scale = settings.scale * batch.sharpness
    gradient = torch.zeros_like(pooled.sums)
    loss = _add_gradient(gradient, pooled.sums, count, count, table.rows.shape[1], 1.0, scale, masked)
    few = min(count, settings.prefix_batch)
    near = (masked[0] < few) & (masked[1] < few)
    for prefix in settings.prefixes:
        _add_gradient(gradient, pooled.sums, count, few, prefix, settings.prefix_weight, scale, (masked[0][near], masked[1][near]))
    update(table, pooled, gradient, rate)
    return loss


def same_pairs(batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
    one, other = zip(same_keys(batch.key_a), same_keys(batch.key_b), strict=True)
    return torch.from_numpy(np.concatenate(one)), torch.from_numpy(np.concatenate(other))


def _add_gradient(into: torch.Tensor, sums: torch.Tensor, count: int, used: int, width: int, weight: float, scale: float, masked) -> float:
    """Adds the gradient, with respect to the sums, of the loss on the first `width` numbers of the first `used` pairs."""
    a, length_a = unit(sums[:used, :width])
    b, length_b = unit(sums[count:count + used, :width])
    loss, gradient_a, gradient_b = contrast(a, b, scale, masked)
    for start, vectors, lengths, gradient in ((0, a, length_a, gradient_a), (count, b, length_b, gradient_b)):
        gradient -= vectors * (gradient * vectors).sum(1, keepdim=True)
        into[start:start + used, :width] += gradient * (weight / lengths)
    return loss


class _Ahead:
    """Draws batches on a thread."""

    def __init__(self, sampler: Sampler):
        self.sampler = sampler
        self.ready: queue.Queue[Batch] = queue.Queue(AHEAD)
        self.ended = False
        self.thread = threading.Thread(target=self._work, daemon=True)
        self.thread.start()

    def _work(self) -> None:
        while not self.ended:
            batch = self.sampler.draw()
            while not self.ended:
                try:
                    self.ready.put(batch, timeout=0.5)
                    break
                except queue.Full:
                    continue

    def end(self) -> None:
        self.ended = True
        self.thread.join()


def train(sources: dict[str, TokenSource], pieces: int, settings: Settings, log: Path, checkpoint: Path) -> torch.Tensor:
    """The finished rows, not yet quantised. Goes on from `checkpoint` where that exists."""
    run = _Run(sources, pieces, settings, log, checkpoint)
    while run.part < 1:
        run.one_step()
    return run.finish()


class _Run:
    def __init__(self, sources: dict[str, TokenSource], pieces: int, settings: Settings, log: Path, checkpoint: Path):
        self.sources, self.pieces, self.settings, self.log, self.checkpoint = sources, pieces, settings, log, checkpoint
        self.table = Table.fresh(pieces, settings.dimension, settings.spread, settings.seed)
        self.steps, self.pairs, spent = 0, 0, 0.0
        if checkpoint.exists():
            saved = torch.load(checkpoint)
            self.table = Table(**saved['table'])
            self.steps, self.pairs, spent = saved['steps'], saved['pairs'], saved['seconds']
        self.validation = Validation(sources)
        self.average: torch.Tensor | None = None
        self.averaged = 0
        self.losses: dict[str, list[float]] = {}
        self.began = time.monotonic() - spent
        self.scored = self.saved = spent
        self.ahead = _Ahead(Sampler(sources, settings.plan, pieces, settings.seed + self.steps))
        self._write(settings=asdict(settings), pieces=pieces, resumed_at_step=self.steps)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    @property
    def part(self) -> float:
        """Share of the run that is done."""
        return self.steps / self.settings.steps if self.settings.steps else self.seconds / (60 * self.settings.minutes)

    def one_step(self) -> None:
        settings, part = self.settings, self.part
        batch = self.ahead.ready.get()
        rate = settings.rate * max(0.0, 1 - part)
        loss = step(self.table, batch, settings, rate, settings.bits if self._quantising(part) else None)
        self.losses.setdefault(batch.kind, []).append(loss)
        self.steps += 1
        self.pairs += len(batch.a)
        if part >= settings.average_from and self.steps % AVERAGE_EVERY_STEPS == 0:
            self.averaged += 1
            self.average = self.table.rows.clone() if self.average is None else self.average.lerp_(self.table.rows, 1 / self.averaged)
        if self.seconds - self.scored >= 60 * SCORE_EVERY_MINUTES:
            rows = quantised(self.table.rows, settings.bits) if self._quantising(part) else self.table.rows
            self._write(rate=round(rate, 5), losses={kind: round(sum(values) / len(values), 3) for kind, values in self.losses.items()}, scores=self.validation.scores(rows))
            self.losses = {}
            self.scored = self.seconds
        if self.seconds - self.saved >= 60 * SAVE_EVERY_MINUTES:
            self._save()
            self.saved = self.seconds

    def finish(self) -> torch.Tensor:
        self.ahead.end()
        plain = self.table.rows if self.average is None else self.average
        texts = texts_of_all(self.sources, SOFTENING_TEXTS, self.settings.seed)
        rows = soften(plain, texts, self.settings.softening)
        shipped = quantised(rows, self.settings.bits)
        self._write(
            last=self.validation.scores(self.table.rows), averaged=self.validation.scores(plain), finished=self.validation.scores(rows),
            quantised=self.validation.scores(shipped), prefixes={prefix: self.validation.scores(shipped, prefix) for prefix in self.settings.prefixes},
        )
        return rows

    def _quantising(self, part: float) -> bool:
        return part >= self.settings.quantise_from

    def _write(self, **entry: object) -> None:
        with self.log.open('a', encoding='utf-8') as lines:
            lines.write(json.dumps({'step': self.steps, 'minutes': round(self.seconds / 60, 1), 'pairs': self.pairs, **entry}) + '\n')

    def _save(self) -> None:
        part = self.checkpoint.with_suffix('.part')
        torch.save({'table': vars(self.table), 'steps': self.steps, 'pairs': self.pairs, 'seconds': self.seconds}, part)
        part.replace(self.checkpoint)
