/** `findling status`: what the engine is doing, folder by folder, and how much it keeps. */

import os from 'node:os';
import type { EngineInfo, IndexStatus, Root } from '../../contract/model.ts';
import type { Command } from '../command.ts';
import { EXIT_FOUND } from '../exit-codes.ts';
import { progressText } from '../progress.ts';
import { bytesText, countOf, countText, shortPath } from '../quantities.ts';
import { withoutControls } from '../text-width.ts';

/** Resuming would do nothing: what would is said. */
const WAITS_FOR_POWER = 'waiting for mains power (to index on battery too: findling config set onBattery slow)';

export const statusCommand: Command = {
  name: 'status',
  summary: 'Show folders, progress, model and disk use',
  usage: ['status'],
  details: 'Starts the engine when none is running.',
  options: { json: { type: 'boolean', help: 'Print everything as one line of JSON' } },
  async run({ connect, terminal, values, signal }) {
    const { client } = await connect();
    const [info, status] = await Promise.all([client.call('engine.info', undefined, signal), client.call('index.status', undefined, signal)]);
    if (values['json'] === true) terminal.print(JSON.stringify({ info, status }));
    else for (const line of statusLines(info, status, os.homedir())) terminal.print(withoutControls(line));
    return EXIT_FOUND;
  },
};

export function statusLines(info: EngineInfo, status: IndexStatus, home: string): readonly string[] {
  const { model, disk } = status;
  return [
    `Findling ${info.version}, engine ${info.pid}: ${status.phase === 'battery' ? WAITS_FOR_POWER : status.phase}`,
    ...(status.roots.length === 0 ? ['Folders:  none yet. Choose one: findling index ~/Documents'] : status.roots.map((root, index) => `${index === 0 ? 'Folders:  ' : '          '}${rootLine(root, home)}`)),
    `Files:    ${progressText(status)}`,
    `Model:    ${model.id} (${model.dimension} dimensions) on ${model.device}, ${model.state}`,
    `Disk:     ${bytesText(disk.catalogBytes)} for words, ${bytesText(disk.vectorBytes)} for meaning, ${bytesText(disk.freeBytes)} free`,
    `Data:     ${shortPath(info.dataDirectory, home)}`,
    ...(info.pageAddress === null ? [] : [`Page:     ${info.pageAddress}`]),
    ...status.troubles.map((trouble) => `Trouble:  ${trouble}`),
  ];
}

function rootLine(root: Root, home: string): string {
  const { indexed, pending, skipped, failed } = root.counts;
  const counts = [countOf(indexed + pending + skipped + failed, 'file')];
  if (pending > 0) counts.push(`${countText(pending)} waiting`);
  if (failed > 0) counts.push(`${countText(failed)} failed`);
  const note = root.note === null ? '' : ` (${root.note})`;
  return `${shortPath(root.path, home)}: ${root.state}, ${counts.join(', ')}${note}`;
}
