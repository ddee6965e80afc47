/**
 * Nothing leaves the machine: onnxruntime's own telemetry is off. Left on (the default of its official builds since 1.29), it writes a
 * device id and a queue of events below the home directory, and sends them from there.
 */

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createOnnxEmbedder } from '../../src/embed/onnx-embedder.ts';

const model = fileURLToPath(new URL('../../resources/models/findling-static-multilingual', import.meta.url));

test('the embedder leaves no trace in the home directory', async () => {
  const home = mkdtempSync(path.join(os.tmpdir(), 'findling-home-'));
  const before = { HOME: process.env['HOME'], XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'], CI: process.env['CI'] };
  process.env['HOME'] = home;
  // Both would hide what this test is about: another place for the queue, and telemetry that is off in continuous integration only.
  delete process.env['XDG_CACHE_HOME'];
  delete process.env['CI'];
  try {
    const embedder = await createOnnxEmbedder({ folder: model, threads: 1 });
    await embedder.embedDocuments(['a letter from the tax office']);
    await embedder.close();
    assert.deepEqual(readdirSync(home, { recursive: true }), []);
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    rmSync(home, { recursive: true, force: true });
  }
});
