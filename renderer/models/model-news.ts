/** What changed between two states of the models that a person should hear of: ends of downloads. Pure; said in the notice line, and so read aloud. */

import type { ModelsStatus } from '../../src/contract/models.ts';

export interface ModelNews {
  readonly kind: 'installed' | 'installed-bad' | 'failed';
  readonly title: string;
}

const ENDED: ReadonlySet<string> = new Set(['stopped', 'failed']);

/** `before` null: the page has just begun to look, and nothing is news. */
export function modelNews(before: ModelsStatus | null, now: ModelsStatus): readonly ModelNews[] {
  if (before === null) return [];
  return now.models.flatMap((model): readonly ModelNews[] => {
    const earlier = before.models.find(({ id }) => id === model.id)?.download ?? null;
    // One that fails at once was never seen to run.
    if (model.download?.state === 'failed') return earlier?.state === 'failed' ? [] : [{ kind: 'failed', title: model.title }];
    if (earlier === null || ENDED.has(earlier.state)) return [];
    if (model.download !== null || model.installed === null) return [];
    return [{ kind: model.installed.check?.passed === false ? 'installed-bad' : 'installed', title: model.title }];
  });
}

/** The variant that is chosen before anybody chooses: the one a download was begun with, else the recommended one. */
export function firstVariant(model: ModelsStatus['models'][number]): string | null {
  const begun = model.download?.variant;
  return model.variants.find(({ id }) => id === begun)?.id ?? model.variants[0]?.id ?? null;
}

/** Until it is there, in ms; null while nobody can know. */
export function remainingMs(download: NonNullable<ModelsStatus['models'][number]['download']>): number | null {
  if (download.state !== 'downloading' || download.bytesPerSecond <= 0) return null;
  return ((download.totalBytes - download.doneBytes) / download.bytesPerSecond) * 1000;
}
