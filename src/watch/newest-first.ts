/** The directories waiting to be listed, the one modified last first: what a person works on is found first. A binary heap. */

interface Dated {
  readonly modifiedMs: number;
}

export class NewestFirst<T extends Dated> {
  readonly #heap: T[] = [];

  push(item: T): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(item);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || above.modifiedMs >= item.modifiedMs) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = item;
  }

  /** undefined: empty. */
  pop(): T | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined || heap.length === 0) return top;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const right = left + 1;
      const larger = (heap[right]?.modifiedMs ?? -Infinity) > (heap[left]?.modifiedMs ?? -Infinity) ? right : left;
      const below = heap[larger];
      if (below === undefined || below.modifiedMs <= last.modifiedMs) break;
      heap[index] = below;
      index = larger;
    }
    heap[index] = last;
    return top;
  }
}
