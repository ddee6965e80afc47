/** `findling stop`: ends the background engine. Nothing is lost: the next command starts it again and it goes on where it was. */

import { EngineError } from '../../contract/errors.ts';
import { isAlive } from '../../host/is-alive.ts';
import type { Command } from '../command.ts';
import { EXIT_FOUND } from '../exit-codes.ts';

/** The engine forces its own end before this. */
const STOP_DEADLINE_MS = 20_000;
const LOOK_EVERY_MS = 20;

export const stopCommand: Command = {
  name: 'stop',
  summary: 'End the background engine',
  usage: ['stop'],
  details: 'Any other command starts it again. Changes made meanwhile are found at the next start.',
  options: {},
  async run({ connectIfRunning, terminal }) {
    const engine = await connectIfRunning();
    if (engine === null) {
      terminal.note('No engine is running.');
      return EXIT_FOUND;
    }
    const { client } = engine;
    const { pid } = await client.call('engine.info', undefined);
    await client.call('engine.stop', undefined).catch((error: unknown) => {
      if (!(error instanceof EngineError) || error.code !== 'connection-closed') throw error;
    });
    await gone(pid);
    terminal.note('The engine has ended.');
    return EXIT_FOUND;
  },
};

/** Until its stores and its lock are closed: that is when the process is gone, not when the connection is. */
async function gone(pid: number): Promise<void> {
  for (const deadline = Date.now() + STOP_DEADLINE_MS; Date.now() < deadline;) {
    if (!isAlive(pid)) return;
    await new Promise((resolve) => { setTimeout(resolve, LOOK_EVERY_MS); });
  }
  throw new EngineError('timeout', `The engine did not end. Its process is ${pid}.`);
}
