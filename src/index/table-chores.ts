/**
 * What one generation's table needs besides new vectors: deletions and changed filter columns, queued in the catalog and carried out
 * here. It embeds nothing, so generations that are only kept have it too: what a person deleted or forgot leaves them as well.
 */

import { failpoint } from '../failpoint.ts';
import type { IndexStore } from '../store/index-store.ts';
import type { VectorTable } from '../store/vector-store.ts';

/** Ids of one round: a predicate of thousands is slow to plan. */
const ROUND = 2_000;

export class TableChores {
  readonly #store: IndexStore;
  readonly #table: VectorTable;
  /** Rows added or deleted since the last optimize, for the upkeep. */
  changedRows = 0;

  constructor(store: IndexStore, table: VectorTable) {
    this.#store = store;
    this.#table = table;
  }

  /** Deletes the vectors of what is gone. Also for forgetting, which waits for no gate: a row flushed afterwards is queued again by its mark. */
  async deleteQueued(): Promise<void> {
    for (;;) {
      const windowIds = await this.#store.queuedVectorDeletions(this.#table.generationId, ROUND);
      if (windowIds.length === 0) return;
      await this.#table.deleteWindows(windowIds);
      failpoint('vectors:deleted');
      await this.#store.vectorsDeleted(this.#table.generationId, windowIds);
      this.changedRows += windowIds.length;
    }
  }

  async retagQueued(): Promise<void> {
    for (;;) {
      const tags = await this.#store.queuedRetags(this.#table.generationId, ROUND);
      if (tags.length === 0) return;
      await Promise.all(tags.map(({ fileId, ...columns }) => this.#table.retag(fileId, columns)));
      await this.#store.vectorsRetagged(this.#table.generationId, tags);
    }
  }
}
