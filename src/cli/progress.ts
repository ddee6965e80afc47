/** Indexing as one line: a bar on a terminal, a plain sentence elsewhere. Pure but for the reporter, which decides how often to speak. */

import type { EnginePhase, IndexStatus } from '../contract/model.ts';
import { countOf, countText, durationText, percentText } from './quantities.ts';
import type { Terminal } from './terminal.ts';
import { cutToColumns, withoutControls } from './text-width.ts';

const BAR_COLUMNS = 24;
/** A log that fills with progress is read by nobody. */
const QUIET_EVERY_MS = 30_000;

/** What stands in place of an estimate. */
const WAITS: Partial<Record<EnginePhase, string>> = { 'paused': 'paused', 'battery': 'on battery: waiting for mains power', 'disk-full': 'disk full: waiting for space', 'index-full': 'the index is at its limit: waiting' };

/** Share of the work that is done, 0 to 1: reading a file and embedding it count half each. */
export function shareDone(status: IndexStatus): number {
  const { indexed, pending, skipped, failed } = status.counts;
  const total = indexed + pending + skipped + failed;
  if (total === 0) return status.phase === 'idle' ? 1 : 0;
  const read = (total - pending) / total;
  const embedded = indexed === 0 ? read : Math.min(1, status.embedded / (indexed + pending));
  return (read + embedded) / 2;
}

export function progressText(status: IndexStatus): string {
  const { indexed, pending, skipped, failed } = status.counts;
  const total = indexed + pending + skipped + failed;
  const parts = [`${countText(total - pending)} of ${countOf(total, 'file')} read`, `${countText(status.embedded)} searchable by meaning`];
  if (failed > 0) parts.push(`${countText(failed)} failed`);
  const why = WAITS[status.phase];
  if (why !== undefined) parts.push(why);
  else if (status.remainingMs !== null) parts.push(`about ${durationText(status.remainingMs)} left`);
  return parts.join(', ');
}

export function progressBar(status: IndexStatus, terminal: Terminal): string {
  const share = shareDone(status);
  const full = Math.floor(share * BAR_COLUMNS);
  const bar = terminal.signs.barFull.repeat(full) + terminal.signs.barEmpty.repeat(BAR_COLUMNS - full);
  return cutToColumns(withoutControls(`${bar} ${percentText(share)} ${terminal.signs.dot} ${progressText(status)}`), terminal.columns - 1, terminal.signs.ellipsis);
}

/** Gives each status to the terminal: rewrites the line, or says a sentence now and then. */
export function createProgress(terminal: Terminal, now: () => number = Date.now): (status: IndexStatus) => void {
  let saidMs = now();
  return (status) => {
    if (terminal.live) return terminal.status(progressBar(status, terminal));
    if (now() - saidMs < QUIET_EVERY_MS) return;
    saidMs = now();
    terminal.note(progressText(status));
  };
}
