import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readModelFolder } from '../../src/embed/model-folder.ts';
import { writeTinyModel } from '../fixtures/tiny-model.ts';

const shipped = fileURLToPath(new URL('../../resources/models/findling-static-multilingual', import.meta.url));

async function tinyFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'findling-model-'));
  context.after(() => rm(folder, { recursive: true }));
  await writeTinyModel(folder);
  return folder;
}

test('the shipped model is what its model.json says', async () => {
  const model = await readModelFolder(shipped);
  assert.equal(model.description.dimension, 320);
  assert.match(model.fingerprint, /^[0-9a-f]{32}$/);
});

test('a missing folder and a missing file are model-missing', async (context) => {
  const folder = await tinyFolder(context);
  await assert.rejects(readModelFolder(join(folder, 'nowhere')), { code: 'model-missing' });
  await rm(join(folder, 'tokenizer.json'));
  await assert.rejects(readModelFolder(folder), { code: 'model-missing' });
});

test('a file of another size and a file with one wrong byte are model-invalid', async (context) => {
  const folder = await tinyFolder(context);
  const path = join(folder, 'model.onnx');
  const bytes = await readFile(path);
  await writeFile(path, bytes.subarray(1));
  await assert.rejects(readModelFolder(folder), { code: 'model-invalid', message: /bytes/ });
  const damaged = Buffer.from(bytes);
  damaged[10] = (damaged[10] ?? 0) ^ 1;
  await writeFile(path, damaged);
  await assert.rejects(readModelFolder(folder), { code: 'model-invalid', message: /damaged/ });
});

test('a verified file is trusted while size and time stay, and hashed again when they change', async (context) => {
  const folder = await tinyFolder(context);
  const verifiedPath = join(folder, 'verified.json');
  const path = join(folder, 'model.onnx');
  const time = new Date('2024-06-01T12:00:00Z');
  await utimes(path, time, time);
  await readModelFolder(folder, { verifiedPath });
  const damaged = await readFile(path);
  damaged[10] = (damaged[10] ?? 0) ^ 1;
  await writeFile(path, damaged);
  await utimes(path, time, time);
  await readModelFolder(folder, { verifiedPath });
  await utimes(path, time, new Date(time.getTime() + 5_000));
  await assert.rejects(readModelFolder(folder, { verifiedPath }), { code: 'model-invalid' });
});

test('a damaged memory of verified files costs a hashing, nothing else', async (context) => {
  const folder = await tinyFolder(context);
  const verifiedPath = join(folder, 'verified.json');
  for (const text of ['', '{', '[1]', '{"x":{"size":"y"}}']) {
    await writeFile(verifiedPath, text);
    await readModelFolder(folder, { verifiedPath });
  }
});
