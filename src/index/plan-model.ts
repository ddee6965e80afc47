/** What a change of model would take, before it is begun: nothing is written and no generation made. */

import type { ModelPlan } from '../contract/models.ts';
import { describeError, type Log } from '../log.ts';
import type { GenerationCounts, GenerationRow, IndexStore } from '../store/index-store.ts';
import { derivableFrom } from './derive.ts';
import type { EmbedderSource } from './embedder-source.ts';
import type { Embedders, SourceFacts } from './embedders.ts';
import { expectedWindows, mayAnswer, peakBytes, shareOf } from './generation-facts.ts';
import { keepSpeed, knownSpeed, measureSpeed } from './measure-speed.ts';

export interface PlanFacts {
  readonly wanted: SourceFacts;
  readonly rows: readonly GenerationRow[];
  readonly counts: ReadonlyMap<number, GenerationCounts>;
  /** The fingerprint that answers; null: none. */
  readonly answering: string | null;
  /** Is the source the one that answers, to the last setting? */
  readonly same: boolean;
}

export interface PlannedWork {
  readonly work: ModelPlan['work'];
  /** Text to be embedded. */
  readonly characters: number;
  /** Windows to be stored. */
  readonly windows: number;
}

/** Pure. */
export function planWork({ wanted, rows, counts, answering, same }: PlanFacts): PlannedWork {
  if (answering === wanted.fingerprint) return { work: same ? 'none' : 'switch', characters: 0, windows: 0 };
  const all = [...counts.values()].reduce((most, each) => (each.files > most.files ? each : most), NOTHING);
  const row = rows.find((each) => each.fingerprint === wanted.fingerprint);
  const own = row === undefined ? undefined : counts.get(row.id);
  if (row !== undefined && own !== undefined && mayAnswer(row, own)) return { work: 'switch', characters: own.waitingCharacters, windows: 0 };
  const windows = expectedWindows(all.files, all.characters, wanted.windowRule, own ?? plannedAlike(wanted, rows, counts));
  const coverage = new Map([...counts].map(([id, each]) => [id, shareOf(each)]));
  const [base] = derivableFrom({ ...wanted, windowRule: JSON.stringify(wanted.windowRule) }, rows, coverage);
  if (base !== undefined) return { work: 'derive', characters: counts.get(base.id)?.waitingCharacters ?? 0, windows };
  return { work: 'build', characters: own?.waitingCharacters ?? all.characters, windows };
}

const NOTHING: GenerationCounts = { generationId: 0, files: 0, waitingFiles: 0, characters: 0, waitingCharacters: 0, windows: 0, plannedCharacters: 0 };

/** A generation of the same window rule has the same windows. */
function plannedAlike(wanted: SourceFacts, rows: readonly GenerationRow[], counts: ReadonlyMap<number, GenerationCounts>): GenerationCounts | undefined {
  const alike = rows.find((row) => row.windowRule === JSON.stringify(wanted.windowRule) && (counts.get(row.id)?.windows ?? 0) > 0);
  return alike === undefined ? undefined : counts.get(alike.id);
}

/** Windows cut and stored per second, reading included: 5,000 of 1,024 values to 256 took 1.0 s on two busy cores. */
const DERIVED_PER_SECOND = 5_000;

export interface PlanSources {
  readonly store: IndexStore;
  readonly embedders: Embedders;
  readonly log: Log;
  readonly freeBytes: number;
  /** Of this very model at work now, characters per second; 0: it is not. */
  readonly presentSpeed: number;
}

/** Measures the model's speed when there is text to embed and none is known. Errors: those of opening the model. */
export async function planModel(sources: PlanSources, source: EmbedderSource, facts: PlanFacts): Promise<ModelPlan> {
  const { work, characters, windows } = planWork(facts);
  const embedMs = work === 'build' || work === 'derive' ? await embeddingMs(sources, source, facts.wanted.family, characters) : 0;
  const deriveMs = work === 'derive' ? (windows / DERIVED_PER_SECOND) * 1000 : 0;
  return {
    modelId: source.model, work, characters, estimatedMs: embedMs === null ? null : Math.round(embedMs + deriveMs),
    needBytes: peakBytes(windows, facts.wanted.dimension), freeBytes: sources.freeBytes,
  };
}

async function embeddingMs({ store, embedders, log, presentSpeed }: PlanSources, source: EmbedderSource, family: string, characters: number): Promise<number | null> {
  if (characters === 0) return 0;
  const known = presentSpeed > 0 ? presentSpeed : await knownSpeed(store, family);
  if (known > 0) return (characters / known) * 1000;
  const embedder = await embedders.open(source);
  try {
    const speed = await measureSpeed(store, embedder);
    if (speed === null) return null;
    await keepSpeed(store, family, speed);
    return (characters / speed) * 1000;
  } catch (error) {
    log.warn('the speed of a model could not be measured', { model: source.model, error: describeError(error) });
    return null;
  } finally {
    await embedder.close();
  }
}
