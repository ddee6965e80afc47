/**
 * What is to be done about memory: measurements in, actions out. Pure, so that every rule of it is tested without a large process.
 *
 * Above the budget one more step is taken at each measurement, the least missed first. The engine's own process is never ended, and searching by names
 * and words never held: what is left above the budget then is said, not fought.
 */

/** Above the budget for the first time, bulk work rests this long: parts that ended have given back their memory by then, and a short burst is over. */
const FIRST_HOLD_MS = 10_000;
/** Work that goes over the budget each time it is let go waits longer and longer, up to this: some of it is done every five minutes, for ever. */
const LONGEST_HOLD_MS = 5 * 60_000;
/** Over again so soon after work was let go: it was the work, so it rests twice as long. */
const RELAPSE_MS = 60_000;
/** Work is let go, and the steps begin anew, below this share: a process that starts takes some 50 MB at once, which must not be the next excess. */
const RESUME_SHARE = 0.85;
/** The answering model rests only when nobody has searched for so long: loading it again costs a person's next search half a second or more. */
const FIRST_QUIET_MS = 10_000;
/** It was loaded again so soon after a rest: somebody searches now and then. The next rest waits twice as long. */
const RELOADED_MS = 2 * 60_000;
/** From here on it would rest anyway (index/embedders.ts). */
const LONGEST_QUIET_MS = 5 * 60_000;

/** One measurement, in bytes, from outside. */
export interface MemoryReading {
  readonly nowMs: number;
  /** Of all processes. */
  readonly totalBytes: number;
  /** Of those that cannot rest: the engine's own and the watcher. */
  readonly coreBytes: number;
  /** Is the answering model in memory? */
  readonly answeringLoaded: boolean;
  /** Since it was last asked for anything. */
  readonly answeringIdleMs: number;
}

/** `rest-others`: idle models that do not answer searches. `end-extractors`: as soon as their files are read. `rest-answering`: the model that answers. */
export type MemoryAction = 'rest-others' | 'end-extractors' | 'rest-answering';

export interface MemoryState {
  /** Steps taken: 1 other models, 2 extractors, 3 bulk work held, 4 the answering model. 0: all is well. */
  readonly step: 0 | 1 | 2 | 3 | 4;
  /** When it was last above the budget. */
  readonly overMs: number;
  /** How long bulk work is held after that. */
  readonly holdMs: number;
  /** When bulk work was last let go; null: never held. */
  readonly releasedMs: number | null;
  /** When the answering model was last sent to rest; null: never. */
  readonly restedMs: number | null;
  /** Quiet that it needs before it rests. */
  readonly quietMs: number;
  /** The budget is less than what cannot rest. */
  readonly tooSmall: boolean;
}

export interface MemoryDecision {
  readonly state: MemoryState;
  readonly actions: readonly MemoryAction[];
}

export const MEMORY_AT_EASE: MemoryState = {
  step: 0, overMs: Number.NEGATIVE_INFINITY, holdMs: FIRST_HOLD_MS, releasedMs: null, restedMs: null, quietMs: FIRST_QUIET_MS, tooSmall: false,
};

/** Is bulk work held? */
export function holdsBulk(state: MemoryState): boolean {
  return state.step >= 3;
}

/** `budgetBytes` is above 0. */
export function decideMemory(before: MemoryState, budgetBytes: number, reading: MemoryReading): MemoryDecision {
  const room = budgetBytes * RESUME_SHARE;
  const tooSmall = reading.coreBytes > (before.tooSmall ? room : budgetBytes);
  if (reading.totalBytes <= budgetBytes) return { state: { ...atEase(before, reading, room), tooSmall }, actions: [] };

  const relapsed = before.releasedMs !== null && reading.nowMs - before.releasedMs < RELAPSE_MS;
  // Bulk work that went over once is stopped first thing the next time.
  const step = holdsBulk(before) || relapsed ? Math.max(3, Math.min(4, before.step + 1)) : before.step + 1;
  const over: MemoryState = { ...before, step: step as MemoryState['step'], overMs: reading.nowMs, tooSmall }; // 1 to 4 by the line above
  const held: MemoryState = holdsBulk(over) && !holdsBulk(before) ? { ...over, holdMs: relapsed ? Math.min(LONGEST_HOLD_MS, before.holdMs * 2) : FIRST_HOLD_MS } : over;
  const actions: MemoryAction[] = step === 1 ? ['rest-others'] : ['rest-others', 'end-extractors'];
  if (step < 4 || !reading.answeringLoaded) return { state: held, actions };

  const quietMs = quietOf(before, reading);
  if (reading.answeringIdleMs < quietMs) return { state: held, actions };
  return { state: { ...held, restedMs: reading.nowMs, quietMs }, actions: [...actions, 'rest-answering'] };
}

/** At or below the budget: let go after the rest that was due, when there is room, or after the longest rest in any case. */
function atEase(before: MemoryState, { nowMs, totalBytes }: MemoryReading, room: number): MemoryState {
  const sinceMs = nowMs - before.overMs;
  const mayGo = totalBytes <= room || sinceMs >= LONGEST_HOLD_MS;
  if (!mayGo || (holdsBulk(before) && sinceMs < before.holdMs)) return before;
  return { ...before, step: 0, releasedMs: holdsBulk(before) ? nowMs : before.releasedMs };
}

function quietOf({ restedMs, quietMs }: MemoryState, { nowMs }: MemoryReading): number {
  if (restedMs === null) return FIRST_QUIET_MS;
  return nowMs - restedMs < Math.max(RELOADED_MS, quietMs * 2) ? Math.min(LONGEST_QUIET_MS, quietMs * 2) : FIRST_QUIET_MS;
}
