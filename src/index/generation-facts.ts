/** What a page is told of generations, and the figures that decide when one may answer. Pure. */

import type { GenerationStatus } from '../contract/models.ts';
import type { WindowRule } from '../embed/embedder.ts';
import type { GenerationCounts, GenerationRow } from '../store/index-store.ts';

/**
 * A generation that answered before may lack this share of the text and be switched to at once: what changed meanwhile is embedded
 * first thing. More, and it is caught up in the background first.
 */
const MOST_LAG = 0.05;
/** Of a vector of 16-bit floats. */
const BYTES_PER_VALUE = 2;
/** Beside the vector: other columns in the table, and the window's row with its index in the catalog (measured with 5,000 windows: 15 and 46). */
const BYTES_PER_WINDOW = 61;
/** Compaction writes a table anew before the old files go (store/lance-upkeep.ts). */
const PEAK_FACTOR = 2;
/** Estimated tokens are about four characters; windows end at passages, so they are filled to some four fifths. */
const CHARACTERS_PER_TOKEN = 4;
const WINDOW_FILL = 0.8;
/** From this share on, the windows planned so far say how many there will be. */
const PLANNED_ENOUGH = 0.02;

/** Share of the text that has vectors, 0 to 1. Nothing at all is all of it. */
export function shareOf(counts: GenerationCounts): number {
  if (counts.waitingFiles === 0) return 1;
  if (counts.characters === 0) return 1 - counts.waitingFiles / Math.max(1, counts.files);
  return Math.max(0, 1 - counts.waitingCharacters / counts.characters);
}

/** May it answer now, when it is the one that is wanted? */
export function mayAnswer(row: Pick<GenerationRow, 'answeredMs'>, counts: GenerationCounts): boolean {
  return counts.waitingFiles === 0 || row.answeredMs !== null && shareOf(counts) >= 1 - MOST_LAG;
}

/** Windows that this much text makes under a rule. `planned`: what a generation of the rule has planned so far. */
export function expectedWindows(files: number, characters: number, rule: WindowRule, planned?: Pick<GenerationCounts, 'windows' | 'plannedCharacters'>): number {
  if (planned !== undefined && planned.plannedCharacters > characters * PLANNED_ENOUGH) return Math.ceil(planned.windows * (characters / planned.plannedCharacters));
  return Math.max(files, Math.ceil(characters / (rule.maxTokens * CHARACTERS_PER_TOKEN * WINDOW_FILL)));
}

/** Disk of a complete generation. */
export function generationBytes(windows: number, dimension: number): number {
  return windows * (dimension * BYTES_PER_VALUE + BYTES_PER_WINDOW);
}

/** Disk that building it takes at its peak. */
export function peakBytes(windows: number, dimension: number): number {
  return generationBytes(windows, dimension) * PEAK_FACTOR;
}

/** What is going on in the build, if one is. */
export interface BuildProgress {
  readonly generationId: number;
  readonly waitsFor: string | null;
  /** 0: unknown. */
  readonly charactersPerSecond: number;
}

export interface StatusFacts {
  readonly rows: readonly GenerationRow[];
  readonly counts: ReadonlyMap<number, GenerationCounts>;
  readonly bytes: ReadonlyMap<number, number>;
  /** The one that answers in memory: during a switch the catalog may be ahead. */
  readonly answering: number | null;
  /** Of the answering one, characters per second; 0: unknown. */
  readonly answeringSpeed: number;
  readonly build: BuildProgress | null;
}

export function generationStatuses(facts: StatusFacts): readonly GenerationStatus[] {
  return facts.rows.flatMap((row): GenerationStatus[] => {
    const counts = facts.counts.get(row.id);
    if (counts === undefined) return [];
    const complete = counts.waitingFiles === 0;
    const answering = row.id === facts.answering;
    const build = facts.build?.generationId === row.id ? facts.build : null;
    const state = answering ? 'answering' : build !== null ? 'building' : row.answeredMs !== null ? 'kept' : complete ? 'ready' : 'building';
    const speed = answering ? facts.answeringSpeed : build?.charactersPerSecond ?? 0;
    const rule = JSON.parse(row.windowRule) as WindowRule; // checked by the store
    return [{
      id: row.id, modelId: row.modelId, dimension: row.dimension, state,
      files: counts.files, filesEmbedded: counts.files - counts.waitingFiles, share: shareOf(counts),
      remainingMs: complete ? 0 : speed > 0 ? (counts.waitingCharacters / speed) * 1000 : null,
      bytes: facts.bytes.get(row.id) ?? 0,
      expectedBytes: generationBytes(expectedWindows(counts.files, counts.characters, rule, counts), row.dimension),
      // A kept one is not kept up with: it catches up when it is switched to.
      waitsFor: build !== null ? build.waitsFor : state === 'building' ? 'being chosen again' : null,
      createdMs: row.createdMs,
    }];
  });
}
