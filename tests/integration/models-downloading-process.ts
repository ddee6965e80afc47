/** Begins a download as an engine would, for a test that kills it. Arguments: data directory, address of the hub. */

import path from 'node:path';
import { DEFAULT_SETTINGS } from '../../src/config.ts';
import { createLog } from '../../src/log.ts';
import { createModelShelf } from '../../src/models/model-shelf.ts';
import { tinyFiles, tinyModel } from '../fixtures/tiny-registry.ts';

const [data = '', mirror = ''] = process.argv.slice(2);
const shelf = createModelShelf({
  dataDirectory: data, resourcesDirectory: path.join(data, 'resources'), inUse: () => new Set(), log: createLog({ file: null }), registry: [tinyModel(await tinyFiles())],
  settings: () => ({ ...DEFAULT_SETTINGS, minFreeBytes: 0, downloads: { mirror, proxy: null } }),
});
await shelf.download({ id: 'tiny' });
