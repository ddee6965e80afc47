/** The calibration of each generation, kept in the catalog's meta table and fitted anew as its table grows (search/calibrate.ts fits it). */

import type { Embedder } from '../embed/embedder.ts';
import { calibrate } from '../search/calibrate.ts';
import { CALIBRATION_VERSION, type Calibration } from '../search/confidence.ts';
import { calibrationKey } from '../store/generations.ts';
import type { IndexStore } from '../store/index-store.ts';
import type { VectorTable } from '../store/vector-store.ts';

/** Fitted anew when the table has grown this much since the last time. A small index is fitted with the help of probe texts. */
const GROWTH = 2;

export interface KeptCalibration {
  readonly calibration: Calibration;
  /** Rows of the table when it was fitted. */
  readonly rows: number;
}

/** null: there is none, or it is of another version. */
export async function loadCalibration(store: Pick<IndexStore, 'getMeta'>, generationId: number): Promise<KeptCalibration | null> {
  const text = await store.getMeta(calibrationKey(generationId));
  if (text === null) return null;
  // Written below, by this version or another; of another, only the version is looked at.
  const kept = JSON.parse(text) as KeptCalibration;
  return kept.calibration.version === CALIBRATION_VERSION ? kept : null;
}

/** Fits and keeps it when it is due. Answers what holds from now on. Errors: those of the embedder and the stores. */
export async function calibrateWhenDue(
  store: IndexStore, table: VectorTable, embedder: Embedder, kept: KeptCalibration | null, signal?: AbortSignal,
): Promise<KeptCalibration | null> {
  const rows = await table.count();
  if (rows === 0 || rows < (kept?.rows ?? 0) * GROWTH) return kept;
  const calibration = await calibrate({ store, vectors: table, embedder, ...(signal === undefined ? {} : { signal }) });
  if (calibration === null) return kept;
  const fitted = { rows, calibration };
  await keep(store, table.generationId, fitted);
  return fitted;
}

/** Vectors cut from others have margins much like theirs: that generation's calibration holds until the next idle time. */
export async function inheritCalibration(store: IndexStore, fromId: number, generationId: number): Promise<void> {
  const kept = await loadCalibration(store, fromId);
  if (kept !== null) await keep(store, generationId, { rows: 0, calibration: { ...kept.calibration, generationId } });
}

async function keep(store: IndexStore, generationId: number, kept: KeptCalibration): Promise<void> {
  await store.setMeta(calibrationKey(generationId), JSON.stringify(kept));
}
