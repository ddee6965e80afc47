/** Forgetting through the engine. Regression: a path forgotten while indexing was paused kept its vectors on disk, because only the lane carried out queued deletions. */

import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { openVectorStore } from '../../src/store/lance-store.ts';
import { settled, startEngine, testPlace, writeTree } from '../fixtures/engine.ts';

test('a file forgotten while indexing is paused leaves no vector behind', async () => {
  const place = await testPlace();
  await writeTree(place.files, { 'kept.txt': 'Roses are pruned in early spring.\n', 'secret.txt': 'The key lies under the third stone.\n' });
  const engine = await startEngine(place.data);
  await engine.client.call('roots.add', { path: place.files });
  const { embedded, model } = await settled(engine);
  assert.equal(embedded, 2);
  await engine.client.call('index.pause', {});
  assert.deepEqual(await engine.client.call('files.forget', { path: path.join(place.files, 'secret.txt') }), { files: 1 });
  await engine.stop();

  const vectors = await openVectorStore(place.data, {});
  const table = await vectors.open(1, model.dimension);
  assert.equal(await table.count(), 1);
  await vectors.close();
  await place.remove();
});
