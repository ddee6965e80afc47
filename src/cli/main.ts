/**
 * The command line: arguments to command, command to exit code. Entry of `findling` (bin/findling.mjs runs it on the right Node).
 * Errors end here in one line `findling: <message>` with what to do; nothing else prints a stack.
 */

import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { connectEngine, tryConnect } from '../host/connect-engine.ts';
import { openDataDirectory } from '../host/data-directory.ts';
import { version } from '../host/package-root.ts';
import { UsageError, type Command, type CommandContext, type EngineConnection, type Values } from './command.ts';
import { configCommand } from './commands/config.ts';
import { filesCommand } from './commands/files.ts';
import { foldersCommand } from './commands/folders.ts';
import { forgetCommand } from './commands/forget.ts';
import { indexCommand } from './commands/index.ts';
import { modelsCommand } from './commands/models.ts';
import { searchCommand } from './commands/search.ts';
import { serveCommand } from './commands/serve.ts';
import { statusCommand } from './commands/status.ts';
import { stopCommand } from './commands/stop.ts';
import { EXIT_ERROR, EXIT_FOUND, EXIT_INTERRUPTED } from './exit-codes.ts';
import { commandHelp, COMMON_OPTIONS, programHelp } from './help.ts';
import { createTerminal, type Terminal } from './terminal.ts';

const COMMANDS: readonly Command[] = [indexCommand, searchCommand, statusCommand, filesCommand, foldersCommand, serveCommand, forgetCommand, modelsCommand, configCommand, stopCommand];

/** An engine started by a command stays this long after the last one: the next command answers at once, and a forgotten engine goes. */
const IDLE_EXIT_MINUTES = 15;

async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  const [first, ...rest] = args;
  if (first === undefined || first === 'help' || first === '--help' || first === '-h') {
    const asked = COMMANDS.find((command) => command.name === rest[0]);
    terminal.print(asked === undefined ? programHelp(COMMANDS, version()) : commandHelp(asked));
    return first === undefined ? EXIT_ERROR : EXIT_FOUND;
  }
  if (first === '--version' || first === '-V') {
    terminal.print(version());
    return EXIT_FOUND;
  }
  const command = COMMANDS.find((candidate) => candidate.name === first);
  if (command === undefined) throw new UsageError(first.startsWith('-') ? `Name a command before '${first}'. See: findling --help` : `There is no command '${first}'. To search for it: findling search '${first}'`);

  const { values, positionals } = parseCommandLine(command, rest);
  if (values['help'] === true) {
    terminal.print(commandHelp(command));
    return EXIT_FOUND;
  }
  return runCommand(command, { values, positionals, terminal });
}

async function runCommand(command: Command, given: Pick<CommandContext, 'values' | 'positionals' | 'terminal'>): Promise<number> {
  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort());
  process.once('SIGTERM', () => interrupt.abort());
  let open: EngineConnection | undefined;
  const dataDirectory = (): string => {
    const wanted = given.values['data-dir'];
    return openDataDirectory(typeof wanted === 'string' ? wanted : undefined);
  };
  const connect = async (): Promise<EngineConnection> => {
    open = await connectEngine({
      dataDirectory: dataDirectory(),
      startIfMissing: true,
      software: `findling ${version()}`,
      idleExitMinutes: IDLE_EXIT_MINUTES,
    });
    return open;
  };
  try {
    return await command.run({
      ...given,
      signal: interrupt.signal,
      connect,
      connectIfRunning: async () => {
        const running = await tryConnect(dataDirectory());
        running?.destroy();
        return running === null ? null : connect();
      },
      ask,
    });
  } catch (error) {
    if (interrupt.signal.aborted) return EXIT_INTERRUPTED;
    throw error;
  } finally {
    open?.client.close();
  }
}

function parseCommandLine(command: Command, args: readonly string[]): { readonly values: Values; readonly positionals: readonly string[] } {
  const options = Object.fromEntries(Object.entries({ ...command.options, ...COMMON_OPTIONS }).map(([name, { type, short }]) => [name, short === undefined ? { type } : { type, short }]));
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    // Only Node's own description of what is wrong: its advice on `--` follows after the first sentence.
    const message = error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error);
    throw new UsageError(`${message.replace(/\.$/, '')}. See: findling ${command.name} --help`);
  }
}

async function ask(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^(y|yes)$/i.test((await lines.question(`${question} [y/N] `)).trim());
  } finally {
    lines.close();
  }
}

// `| head` closes the pipe when it has enough: that is no error and needs no word.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? EXIT_FOUND : EXIT_ERROR);
});

const terminal = createTerminal({ out: process.stdout, err: process.stderr, inputIsTerminal: process.stdin.isTTY === true }, process.env, process.platform);
try {
  process.exitCode = await main(process.argv.slice(2), terminal);
} catch (error) {
  terminal.status('');
  const message = error instanceof Error ? error.message : String(error);
  terminal.note(`${terminal.style.error('findling:')} ${message}`);
  process.exitCode = EXIT_ERROR;
}
