/**
 * A process of its own that takes the lock of the directory it is given, says how that went, and keeps it until it is killed. With `late` it is
 * preempted at the worst moments, as a busy machine may do it: having read the lock it waits for the file `go-on`, having moved one for `go-on-2`.
 */

import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { EngineError } from '../../src/contract/errors.ts';
import { acquireLock } from '../../src/store/lock.ts';

const [directory = '', late] = process.argv.slice(2);
if (late === 'late') {
  const { readFileSync, renameSync } = fs;
  const cell = new Int32Array(new SharedArrayBuffer(4));
  const pauseAt = (here: string, until: string): void => {
    fs.writeFileSync(path.join(directory, here), '');
    while (!fs.existsSync(path.join(directory, until))) Atomics.wait(cell, 0, 0, 5);
  };
  let reads = 0;
  const replaced = {
    readFileSync(...given: Parameters<typeof readFileSync>) {
      const text = readFileSync(...given);
      if (given[0] === path.join(directory, 'lock') && ++reads === 1) pauseAt('was-read', 'go-on');
      return text;
    },
    renameSync(...given: Parameters<typeof renameSync>) {
      renameSync(...given);
      pauseAt('was-moved', 'go-on-2');
    },
  };
  Object.assign(fs, replaced);
  syncBuiltinESMExports();
}

try {
  await acquireLock(directory);
  process.send?.('locked');
  process.on('disconnect', () => process.exit());
} catch (error) {
  process.send?.(error instanceof EngineError ? error.code : String(error), () => process.exit());
}
