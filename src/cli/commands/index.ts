/** `findling index`: chooses folders and waits until everything in them is searchable. Indexing itself goes on in the engine, with or without this command. */

import { EngineError } from '../../contract/errors.ts';
import type { IndexStatus } from '../../contract/model.ts';
import { addFolders } from '../add-folder.ts';
import { UsageError, type Command, type CommandContext, type EngineConnection } from '../command.ts';
import { EXIT_ERROR, EXIT_FOUND, EXIT_INTERRUPTED } from '../exit-codes.ts';
import { createProgress } from '../progress.ts';
import { countOf, countText } from '../quantities.ts';
import { withoutControls } from '../text-width.ts';

export const indexCommand: Command = {
  name: 'index',
  summary: 'Choose folders and wait until they are searchable',
  usage: ['index <folder…>', 'index'],
  details: [
    'Adds the folders to those Findling watches and waits until every file is indexed, skipped or failed.',
    'Without a folder: compares all watched folders with the index now.',
    'A file that cannot be read is no error: it is listed by `findling files --state failed`. With --strict it is.',
  ].join('\n'),
  options: {
    'no-wait': { type: 'boolean', help: 'Return at once; indexing goes on in the background' },
    'strict': { type: 'boolean', help: 'End with 2 when any file failed' },
    'quiet': { type: 'boolean', short: 'q', help: 'Print nothing but errors' },
  },
  async run(context) {
    const { terminal, values, positionals, signal } = context;
    const engine = await context.connect();
    if (positionals.length === 0) await rescanAll(engine);
    const refused = await addFolders(positionals, { client: engine.client, terminal, rescanKnown: true });
    if (refused > 0 && refused === positionals.length) return EXIT_ERROR;
    const code = refused > 0 ? EXIT_ERROR : EXIT_FOUND;
    if (values['no-wait'] === true) return code;

    let status: IndexStatus;
    try {
      status = await settled(engine, context);
    } catch (error) {
      if (!signal.aborted) throw error;
      terminal.note('Stopped waiting. Indexing goes on in the background; `findling stop` ends it.');
      return EXIT_INTERRUPTED;
    }
    if (values['quiet'] !== true) summary(status, context);
    return values['strict'] === true && status.counts.failed > 0 ? EXIT_ERROR : code;
  },
};

async function rescanAll({ client }: EngineConnection): Promise<void> {
  const roots = await client.call('roots.list', undefined);
  if (roots.length === 0) throw new UsageError('No folder is watched yet. Name one: findling index ~/Documents');
  await client.call('index.rescan', {});
}

async function settled({ client }: EngineConnection, { terminal, values, signal }: CommandContext): Promise<IndexStatus> {
  const stop = values['quiet'] === true ? () => {} : client.subscribe('index.status', undefined, {
    next: createProgress(terminal),
    // The call below fails with the same reason.
    error: () => {},
  });
  try {
    return await client.call('index.settled', undefined, signal);
  } catch (error) {
    if (error instanceof EngineError && error.code === 'connection-closed') throw new EngineError('connection-closed', 'The engine ended while it was indexing. Run the command again to go on.', { cause: error });
    throw error;
  } finally {
    stop();
    terminal.status('');
  }
}

function summary(status: IndexStatus, { terminal }: CommandContext): void {
  const { indexed, skipped, failed } = status.counts;
  terminal.note(`${countOf(indexed, 'file')} indexed, ${countText(status.embedded)} searchable by meaning, ${countText(skipped)} known by name only, ${countText(failed)} failed.`);
  for (const trouble of status.troubles) terminal.note(withoutControls(trouble));
  for (const root of status.roots) if (root.note !== null) terminal.note(withoutControls(`${root.path}: ${root.note}`));
  if (failed > 0) terminal.note('Why they failed: findling files --state failed');
}
