/** `findling config`: settings by key. The same settings the page shows; every host sees a change at once. */

import { UsageError, type Command } from '../command.ts';
import { EXIT_FOUND } from '../exit-codes.ts';
import { readSetting, SETTING_KEYS, settingChange, settingText } from '../setting-values.ts';
import { withoutControls } from '../text-width.ts';

export const configCommand: Command = {
  name: 'config',
  summary: 'Show and change settings',
  usage: ['config [list]', 'config get <key>', 'config set <key> <value>'],
  details: [
    `Keys: ${SETTING_KEYS.join(', ')}`,
    'Sizes may be written as 64mb; lists of patterns with commas between them or as JSON; no value as none.',
    'newFolders.… are the defaults for folders added from now on.',
  ].join('\n'),
  options: { json: { type: 'boolean', help: 'Print as JSON' } },
  async run({ connect, terminal, values, positionals, signal }) {
    const [action = 'list', key, ...rest] = positionals;
    const json = values['json'] === true;
    const show = (value: unknown): string => (json ? JSON.stringify(value) : withoutControls(settingText(value)));
    switch (action) {
      case 'list': {
        if (key !== undefined) throw new UsageError(`'${key}' is not expected here. One setting: findling config get ${key}`);
        const { client } = await connect();
        const settings = await client.call('settings.get', undefined, signal);
        if (json) terminal.print(JSON.stringify(settings));
        else for (const each of SETTING_KEYS) terminal.print(`${each} = ${show(readSetting(settings, each))}`);
        return EXIT_FOUND;
      }
      case 'get': {
        if (key === undefined || rest.length > 0) throw new UsageError('Name one setting: findling config get cpuThreads');
        if (!SETTING_KEYS.includes(key)) throw unknownKey(key);
        const { client } = await connect();
        terminal.print(show(readSetting(await client.call('settings.get', undefined, signal), key)));
        return EXIT_FOUND;
      }
      case 'set': {
        const [value, ...more] = rest;
        if (key === undefined || value === undefined || more.length > 0) throw new UsageError('Name a setting and its value: findling config set cpuThreads 2');
        // Refused before an engine is started for it.
        const change = settingChange(key, value);
        const { client } = await connect();
        const settings = await client.call('settings.set', change, signal);
        terminal.print(json ? JSON.stringify(settings) : `${key} = ${show(readSetting(settings, key))}`);
        return EXIT_FOUND;
      }
      default:
        throw new UsageError(`'${action}' is not list, get or set.`);
    }
  },
};

function unknownKey(key: string): UsageError {
  return new UsageError(`There is no setting '${key}'. Known are: ${SETTING_KEYS.join(', ')}.`);
}
