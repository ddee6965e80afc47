/**
 * A fault of a device, provoked by a test where its result is read. Set by environment only: `FINDLING_DEVICE_FAULT=webgpu:crash:20` ends
 * the process at that device's 20th run. Unset, it costs one comparison. Kills at places of our own are failpoint.ts.
 *
 * `wrong`, `nan`: other vectors, without an error. `hang`: the run never ends, and blocks its thread. `crash`: the process aborts, as native
 * code does. `memory`: runs of more padded tokens than the number find no memory. `slow`: each run takes so many milliseconds more.
 */

import { EngineError } from '../contract/errors.ts';
import type { DeviceName } from './devices.ts';
import type { GraphOutput } from './pool.ts';

const KINDS = ['wrong', 'nan', 'hang', 'crash', 'memory', 'slow'] as const;

const [device, kind, count] = parse(process.env['FINDLING_DEVICE_FAULT']);
let runs = 0;

export function deviceFault(ranOn: DeviceName, output: GraphOutput): GraphOutput {
  if (device !== ranOn) return output;
  runs += 1;
  if (kind === 'memory') {
    if (output.rows * output.length <= count) return output;
    throw new EngineError('device-memory', 'Out of memory (provoked).');
  }
  if (kind === 'slow') {
    block(count);
    return output;
  }
  if (runs < count) return output;
  switch (kind) {
    case 'wrong':
      return { ...output, values: output.values.map((value, index) => (index % 3 === 0 ? -value - 1 : value)) };
    case 'nan':
      return { ...output, values: output.values.map(() => Number.NaN) };
    case 'hang':
      block();
      return output;
    case 'crash':
      process.abort();
  }
}

/** Of this thread, as native code blocks it; for ever when no time is given. */
function block(ms?: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function parse(text: string | undefined): [string | undefined, (typeof KINDS)[number], number] {
  const [name, wanted, from] = (text ?? '').split(':');
  const known = KINDS.find((each) => each === wanted);
  return known === undefined ? [undefined, 'wrong', 0] : [name, known, Number(from ?? 1)];
}
