/** `findling forget`: takes a file or folder out of the index at once and for good. The files themselves are never touched. */

import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { UsageError, type Command } from '../command.ts';
import { EXIT_ERROR, EXIT_FOUND, EXIT_NOTHING_FOUND } from '../exit-codes.ts';
import { countOf } from '../quantities.ts';
import { withoutControls } from '../text-width.ts';

export const forgetCommand: Command = {
  name: 'forget',
  summary: 'Remove a file or folder from the index, not from the disk',
  usage: ['forget <path>', 'forget --everything'],
  details: [
    'A watched folder is watched no longer. Of anything else, text and vectors are removed and stay away until the file changes;',
    'to keep files out for good, name them in a .findlingignore file.',
    'With --everything: index, vectors, recent searches, downloaded models, settings and logs are deleted, and the engine ends.',
  ].join('\n'),
  options: { everything: { type: 'boolean', help: 'Erase all that Findling knows and keeps' }, yes: { type: 'boolean', short: 'y', help: 'Do not ask' } },
  async run({ connect, terminal, values, positionals, signal, ask }) {
    const [given, ...more] = positionals;
    if (values['everything'] === true) {
      if (given !== undefined) throw new UsageError('--everything takes no path.');
      if (values['yes'] !== true && !terminal.canAsk) throw new UsageError('Not asked, since this is no terminal. To erase without asking: --yes');
      if (values['yes'] !== true && !(await ask('Erase the index, downloaded models and all settings? Your files stay as they are.'))) {
        terminal.note('Nothing was erased.');
        return EXIT_ERROR;
      }
      const { client } = await connect();
      await client.call('engine.erase', { confirm: 'everything' });
      await new Promise<void>((resolve) => { client.onClose(() => resolve()); });
      terminal.note('Everything was erased. The next command starts anew.');
      return EXIT_FOUND;
    }
    if (given === undefined || more.length > 0) throw new UsageError('Name one path: findling forget ~/Documents/private');
    const { client } = await connect();
    const roots = await client.call('roots.list', undefined, signal);
    // A deleted file can be forgotten too: then the path is taken as written.
    const target = await realpath(path.resolve(given)).catch(() => path.resolve(given));
    const root = roots.find((candidate) => candidate.path === target);
    const what = withoutControls(target);
    if (values['yes'] !== true) {
      if (!terminal.canAsk) throw new UsageError('Not asked, since this is no terminal. To forget without asking: --yes');
      const question = root === undefined ? `Forget everything at or below ${what}?` : `Stop watching ${what} and forget all its files?`;
      if (!(await ask(question))) {
        terminal.note('Nothing was forgotten.');
        return EXIT_ERROR;
      }
    }
    if (root !== undefined) {
      await client.call('roots.remove', { rootId: root.id });
      terminal.note(`${what} is watched no longer and forgotten.`);
      return EXIT_FOUND;
    }
    const { files } = await client.call('files.forget', { path: target });
    terminal.note(files === 0 ? `Nothing was known of ${what}.` : `${countOf(files, 'file')} forgotten.`);
    return files > 0 ? EXIT_FOUND : EXIT_NOTHING_FOUND;
  },
};
