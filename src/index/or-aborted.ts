/** Waiting for something no longer than a signal allows. Not Promise.race over one promise that lives long: that keeps every waiter for ever. */

/** The promise's answer, or false as soon as the signal aborts. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | false> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise<T | false>((resolve, reject) => {
    const abort = (): void => resolve(false);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
