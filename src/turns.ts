/** Work that changes one thing, one after the other. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Settles as the work does. A failure is its caller's, and does not keep the next from being tried. */
  run<T>(work: () => Promise<T> | T): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** What was given so far has ended, in whatever way. */
  get ended(): Promise<unknown> {
    return this.#last;
  }
}
