/** A process that lists 400 files and stores their texts as fast as it can, saying each file's id when its commit is answered. It is killed meanwhile. */

import { listing, ROOT, ROOT_OPTIONS, entry, documentOf, WINDOW_RULE } from './store-fixture.ts';
import { planWindows } from '../../src/embed/windows.ts';
import { openIndexStore } from '../../src/store/sqlite-store.ts';

const [directory = '', round = '0'] = process.argv.slice(2);
const store = await openIndexStore(directory);
const root = (await store.listRoots())[0] ?? await store.addRoot(ROOT, ROOT_OPTIONS);
const generation = await store.ensureGeneration({ fingerprint: 'first', modelId: 'm', dimension: 4, windowRule: JSON.stringify(WINDOW_RULE) });
const folder = `${ROOT}/round${round}`;
await store.applyListings([listing(root, folder, Array.from({ length: 400 }, (_, n) => entry(`${folder}/f${n}.txt`)))], 1);
let running = 0;
for (const file of await store.nextPending(10_000, [], [])) {
  const extraction = documentOf(`unique${round}x${file.fileId} ${'some more words of text '.repeat(200)}`);
  running++;
  void store.commitExtraction(file, extraction, new Map([[generation.id, planWindows(extraction.passages, WINDOW_RULE)]])).then(() => { process.send?.(file.fileId); });
  if (running % 8 === 0) await new Promise((resolve) => { setImmediate(resolve); });
}
process.on('disconnect', () => process.exit());
