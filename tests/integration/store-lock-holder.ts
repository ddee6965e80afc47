/** A process of its own that takes the lock of the directory it is given, says how that went, and keeps it until it is killed. */

import { EngineError } from '../../src/contract/errors.ts';
import { acquireLock } from '../../src/store/lock.ts';

try {
  await acquireLock(process.argv[2] ?? '');
  process.send?.('locked');
  process.on('disconnect', () => process.exit());
} catch (error) {
  process.send?.(error instanceof EngineError ? error.code : String(error), () => process.exit());
}
