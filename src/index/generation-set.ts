/**
 * All generations there are, with their tables: one answers, one may be built, others are kept for a roll-back. What must hold for all
 * of them alike is done here: deletions, forgetting, verifying after an unclean end, sweeping. It embeds nothing and decides nothing.
 */

import { EngineError } from '../contract/errors.ts';
import type { WindowRule } from '../embed/embedder.ts';
import { describeError, type Log } from '../log.ts';
import type { GenerationRow, IndexStore, WantedGeneration } from '../store/index-store.ts';
import type { VectorStore, VectorTable } from '../store/vector-store.ts';
import { TableChores } from './table-chores.ts';

/** Meta key: ids of files whose vectors are still to be purged. */
const PURGE_DUE = 'purge-due';

export interface OpenGeneration {
  readonly row: GenerationRow;
  readonly table: VectorTable;
  readonly chores: TableChores;
}

export interface GenerationSetOptions {
  readonly store: IndexStore;
  readonly vectors: VectorStore;
  readonly log: Log;
  /** The engine before did not end cleanly: vectors are compared with the catalog. */
  readonly verify: boolean;
}

export class GenerationSet {
  readonly #options: GenerationSetOptions;
  readonly #open = new Map<number, Promise<OpenGeneration>>();
  #rows: readonly GenerationRow[] = [];
  #choring: Promise<void> | undefined;
  /** One forgetting after the other: each ends by noting that none is due. */
  #purging: Promise<unknown> = Promise.resolve();
  #choresAgain = false;
  #closed = false;

  constructor(options: GenerationSetOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#rows = await this.#options.store.listGenerations();
  }

  get rows(): readonly GenerationRow[] {
    return this.#rows;
  }

  get active(): GenerationRow | undefined {
    return this.#rows.find((row) => row.active);
  }

  /** Error: not-found. */
  row(generationId: number): GenerationRow {
    const row = this.#rows.find((each) => each.id === generationId);
    if (row === undefined) throw new EngineError('not-found', 'There is no such generation of vectors.', { details: { generationId } });
    return row;
  }

  /** What extraction plans windows for: all of them, so that a file that is only touched keeps its vectors in each. */
  get windowRules(): ReadonlyMap<number, WindowRule> {
    return new Map(this.#rows.map((row) => [row.id, JSON.parse(row.windowRule) as WindowRule])); // written by `ensure`'s callers; the store checks it
  }

  async ensure(wanted: WantedGeneration): Promise<GenerationRow> {
    const row = await this.#options.store.ensureGeneration(wanted);
    await this.#refresh();
    return row;
  }

  async activate(generationId: number): Promise<void> {
    await this.#options.store.activateGeneration(generationId);
    await this.#refresh();
  }

  /** Rows, calibration and vectors go. */
  async drop(generationId: number): Promise<void> {
    await this.#options.store.dropGeneration(generationId);
    await this.#refresh();
    const opening = this.#open.get(generationId);
    this.#open.delete(generationId);
    // Its chores may be running over the table; they find nothing more to do.
    await Promise.all([opening?.catch(() => undefined), this.#choring]);
    await this.#options.vectors.drop(generationId);
  }

  /** Its table, verified where there is reason to. Errors: those of the vector store. */
  get(generationId: number): Promise<OpenGeneration> {
    const row = this.row(generationId);
    let opening = this.#open.get(generationId);
    if (opening === undefined) {
      opening = this.#openTable(row);
      this.#open.set(generationId, opening);
      opening.catch(() => { this.#open.delete(generationId); });
    }
    return opening;
  }

  /** Opens all that are not open yet: kept ones must lose what is deleted, too. Removes tables that no generation has. */
  async openAll(): Promise<void> {
    await this.#sweep().catch((error: unknown) => { this.#options.log.warn('tables could not be swept', { error: describeError(error) }); });
    for (const row of this.#rows) {
      if (this.#closed) return;
      await this.get(row.id).catch((error: unknown) => { this.#options.log.warn('a kept generation could not be opened', { model: row.modelId, error: describeError(error) }); });
    }
    this.doChores();
  }

  /** Deletions and retags of all open tables, beside whoever asked. */
  doChores(): void {
    this.#choresAgain = true;
    if (this.#closed) return;
    this.#choring ??= (async () => {
      while (this.#choresAgain && !this.#closed) {
        this.#choresAgain = false;
        for (const { chores } of await this.#opened()) {
          await chores.deleteQueued();
          await chores.retagQueued();
        }
      }
    })().catch((error: unknown) => {
      this.#options.log.warn('vectors of kept generations could not follow yet', { error: describeError(error) });
    }).finally(() => { this.#choring = undefined; });
  }

  /** Forgets files now, in every generation, old versions of the tables included. What fails (a place that is away) is done at the next upkeep. */
  purge(fileIds: readonly number[]): Promise<void> {
    const turn = this.#purging.then(() => this.#purgeAll(fileIds));
    this.#purging = turn.catch(() => undefined);
    return turn;
  }

  async #purgeAll(fileIds: readonly number[]): Promise<void> {
    const { store } = this.#options;
    const due = new Set([...await this.#purgeDue() ?? [], ...fileIds]);
    await store.setMeta(PURGE_DUE, JSON.stringify([...due]));
    await this.#purge([...due]);
    await store.setMeta(PURGE_DUE, '');
  }

  /** Files of a forgetting that did not come to its end; null: none is due. */
  async #purgeDue(): Promise<readonly number[] | null> {
    const kept = await this.#options.store.getMeta(PURGE_DUE);
    return kept === null || kept === '' ? null : JSON.parse(kept) as readonly number[]; // Written by `purge`.
  }

  async #purge(fileIds: readonly number[]): Promise<void> {
    await Promise.all(this.#rows.map((row) => this.get(row.id)));
    for (const { table, chores } of await this.#opened()) {
      // Forgotten paths are only queued for deletion, and lanes may be paused: what is purged must be deleted first.
      await chores.deleteQueued();
      if (fileIds.length > 0) await table.deleteFiles(fileIds);
      await table.optimize({ purgeNow: true });
    }
  }

  /** For idle times: compaction and index, where rows changed, and a forgetting that is still due. */
  async upkeep(): Promise<void> {
    const due = await this.#purgeDue();
    if (due !== null && !this.#closed) await this.purge(due);
    for (const { row, table, chores } of await this.#opened()) {
      if (chores.changedRows === 0 || this.#closed) continue;
      chores.changedRows = 0;
      this.#options.log.info('vectors', { generation: row.id, upkeep: await table.optimize() });
    }
  }

  bytes(generationId?: number): Promise<number> {
    return this.#options.vectors.bytes(generationId);
  }

  get trouble(): string | null {
    return this.#options.vectors.trouble;
  }

  /** Nobody waits any more for vectors whose place is away. */
  stopWaiting(): void {
    this.#options.vectors.stopWaiting();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#choring;
    await this.#options.vectors.close();
  }

  async #openTable(row: GenerationRow): Promise<OpenGeneration> {
    const { store, vectors, verify, log } = this.#options;
    const table = await vectors.open(row.id, row.dimension);
    if (verify || table.unverified) {
      // What the table lacks is embedded again, what the catalog does not know is deleted.
      const { unmarked, strays } = await store.verifyVectors(row.id, await table.windowIds());
      if (strays.length > 0) await table.deleteWindows(strays);
      log.info('vectors are compared with the catalog', { generation: row.id, unmarked, strays: strays.length });
    }
    return { row, table, chores: new TableChores(store, table) };
  }

  /** A kill while a generation was dropped left its table. */
  async #sweep(): Promise<void> {
    const { vectors, log } = this.#options;
    for (const generationId of await vectors.list()) {
      if (this.#closed || this.#rows.some((row) => row.id === generationId)) continue;
      log.info('vectors of a generation that was dropped are removed', { generationId });
      await vectors.drop(generationId);
    }
  }

  async #opened(): Promise<readonly OpenGeneration[]> {
    const settled = await Promise.allSettled(this.#open.values());
    return settled.flatMap((result) => (result.status === 'fulfilled' && this.#rows.some((row) => row.id === result.value.row.id) ? [result.value] : []));
  }

  async #refresh(): Promise<void> {
    this.#rows = await this.#options.store.listGenerations();
  }
}
