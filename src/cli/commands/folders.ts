/** `findling folders`: the watched folders and their own settings. Settings for folders to come are `findling config set newFolders.…`. */

import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { Root, RootOptions } from '../../contract/model.ts';
import { UsageError, type Command, type EngineConnection } from '../command.ts';
import { EXIT_FOUND } from '../exit-codes.ts';
import { countOf, countText } from '../quantities.ts';
import { FOLDER_KEYS, folderChange, settingText } from '../setting-values.ts';
import { withoutControls } from '../text-width.ts';

export const foldersCommand: Command = {
  name: 'folders',
  summary: 'Show the watched folders and change what is read of them',
  usage: ['folders', 'folders get <folder>', 'folders set <folder> <key> <value>', 'folders try <folder> <key> <value>'],
  details: [
    `Keys: ${FOLDER_KEYS.join(', ')}`,
    'Patterns are written as in .gitignore, with commas between them or as JSON; sizes as 64mb; no value as none.',
    '`try` says which of the known files a change would drop, and changes nothing.',
    'The same settings stand in config.json in the data directory, under "folders" by path, and may be changed there.',
    'Add a folder with `findling index <folder>`, remove one with `findling forget <folder>`.',
  ].join('\n'),
  options: { json: { type: 'boolean', help: 'Print as JSON' } },
  async run({ connect, terminal, values, positionals, signal }) {
    const [action = 'list', folder, key, value, ...more] = positionals;
    const json = values['json'] === true;
    const showOptions = (options: RootOptions): void => {
      if (json) terminal.print(JSON.stringify(options));
      else for (const each of FOLDER_KEYS) terminal.print(`${each} = ${withoutControls(settingText(options[each]))}`);
    };
    switch (action) {
      case 'list': {
        if (folder !== undefined) throw new UsageError(`'${folder}' is not expected here.`);
        const roots = await (await connect()).client.call('roots.list', undefined, signal);
        if (json) terminal.print(JSON.stringify(roots));
        else for (const root of roots) terminal.print(`${withoutControls(root.path)}  ${root.options.paused ? 'paused' : root.state}, ${countOf(root.counts.indexed, 'file')} indexed, ${countText(root.counts.pending)} waiting`);
        return EXIT_FOUND;
      }
      case 'get': {
        if (folder === undefined || key !== undefined) throw new UsageError('Name one folder: findling folders get ~/Documents');
        showOptions((await rootAt(await connect(), folder, signal)).options);
        return EXIT_FOUND;
      }
      case 'set':
      case 'try': {
        if (folder === undefined || key === undefined || value === undefined || more.length > 0) throw new UsageError(`Name a folder, a setting and its value: findling folders ${action} ~/Documents exclude '*.log'`);
        const options = folderChange(key, value);
        const engine = await connect();
        const { id } = await rootAt(engine, folder, signal);
        if (action === 'set') {
          showOptions((await engine.client.call('roots.update', { rootId: id, options }, signal)).options);
          return EXIT_FOUND;
        }
        const trial = await engine.client.call('roots.try', { rootId: id, options }, signal);
        if (json) terminal.print(JSON.stringify(trial));
        else {
          terminal.print(`${countOf(trial.kept, 'file')} would stay, ${countText(trial.dropped)} would be dropped${trial.partial ? ', of those looked at' : ''}.`);
          for (const example of trial.examples) terminal.print(`  ${withoutControls(example)}`);
        }
        return EXIT_FOUND;
      }
      default:
        throw new UsageError(`'${action}' is not list, get, set or try.`);
    }
  },
};

async function rootAt({ client }: EngineConnection, folder: string, signal: AbortSignal): Promise<Root> {
  const roots = await client.call('roots.list', undefined, signal);
  // A folder whose disk is away can be set all the same: then the path is taken as written.
  const target = await realpath(path.resolve(folder)).catch(() => path.resolve(folder));
  const root = roots.find((candidate) => candidate.path === target);
  if (root === undefined) throw new UsageError(`${withoutControls(target)} is no watched folder. Watched are: ${roots.map((each) => withoutControls(each.path)).join(', ') || 'none'}.`);
  return root;
}
