/** A download as one line: a bar on a terminal, a sentence now and then elsewhere. */

import type { DownloadProgress } from '../contract/models.ts';
import { bytesText, durationText, percentText } from './quantities.ts';
import type { Terminal } from './terminal.ts';
import { cutToColumns, withoutControls } from './text-width.ts';

const BAR_COLUMNS = 24;
/** A log that fills with progress is read by nobody. */
const QUIET_EVERY_MS = 30_000;

export function downloadText(progress: DownloadProgress): string {
  const { state, doneBytes, totalBytes, bytesPerSecond, trouble } = progress;
  const amount = `${bytesText(doneBytes)} of ${bytesText(totalBytes)}`;
  switch (state) {
    case 'testing': return 'all there; testing it';
    case 'verifying': return `${amount}, verifying what is there`;
    case 'waiting': case 'failed': return `${amount}: ${trouble ?? state}`;
    case 'stopped': return `${amount}, stopped`;
    case 'downloading': return bytesPerSecond > 0 ? `${amount}, ${bytesText(bytesPerSecond)}/s, about ${durationText(((totalBytes - doneBytes) / bytesPerSecond) * 1000)} left` : amount;
  }
}

export function downloadBar(title: string, progress: DownloadProgress, terminal: Terminal): string {
  const share = progress.totalBytes === 0 ? 0 : progress.doneBytes / progress.totalBytes;
  const full = Math.floor(share * BAR_COLUMNS);
  const bar = terminal.signs.barFull.repeat(full) + terminal.signs.barEmpty.repeat(BAR_COLUMNS - full);
  return cutToColumns(withoutControls(`${bar} ${percentText(share)} ${terminal.signs.dot} ${title} ${terminal.signs.dot} ${downloadText(progress)}`), terminal.columns - 1, terminal.signs.ellipsis);
}

/** Gives each state to the terminal: rewrites the line, or says a sentence when the state changes and now and then. */
export function createDownloadProgress(terminal: Terminal, now: () => number = Date.now): (title: string, progress: DownloadProgress) => void {
  let saidMs = now();
  let said: string | null = null;
  return (title, progress) => {
    if (terminal.live) return terminal.status(downloadBar(title, progress, terminal));
    const key = `${progress.state} ${progress.trouble ?? ''}`;
    const news = said !== null && key !== said && progress.state !== 'verifying';
    said = key;
    if (!news && now() - saidMs < QUIET_EVERY_MS) return;
    saidMs = now();
    terminal.note(withoutControls(`${title}: ${downloadText(progress)}`));
  };
}
