/** The embedder over a server that is really there: FINDLING_TEST_SERVER=url[,url…] (real-server/README.md). Skipped, saying so, without one. */

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { ServerSettings } from '../../src/contract/settings.ts';
import type { Embedder } from '../../src/embed/embedder.ts';
import { checkServer } from '../../src/embed/server/check-server.ts';
import { cosine } from '../../src/embed/server/golden.ts';
import { createServerEmbedder } from '../../src/embed/server/server-embedder.ts';

const urls = (process.env['FINDLING_TEST_SERVER'] ?? '').split(',').filter((url) => url !== '');
const skip = urls.length > 0 ? false : 'no real embedding server is named in FINDLING_TEST_SERVER';

const settingsOf = (baseUrl: string): ServerSettings => ({
  baseUrl, model: process.env['FINDLING_TEST_SERVER_MODEL'] ?? '', key: process.env['FINDLING_TEST_SERVER_KEY'] ?? null, headers: [], kind: 'auto',
  queryPrompt: null, documentPrompt: null, windowTokens: 512, parallel: 4, allowRemote: true, rerankModel: null,
});
const WORDS = ['river', 'Berg', '発票', 'سلام', 'violin', '😀', 'lantern', 'перец', 'window', 'forest', 'function()', '42'];
const textOf = (seed: number): string => Array.from({ length: 1 + ((seed * 37) % 120) }, (_, index) => WORDS[(seed * 5 + index * (1 + (seed % 7))) % WORDS.length]).join(' ');

describe('a real embedding server', { skip }, () => {
  let folder: string;
  before(async () => { folder = await mkdtemp(path.join(os.tmpdir(), 'findling-real-server-')); });
  after(() => rm(folder, { recursive: true, force: true }));

  for (const [place, url] of urls.entries()) {
    describe(url, () => {
      let embedder: Embedder;
      before(async () => { embedder = await createServerEmbedder({ settings: settingsOf(url), dimension: null, identityPath: path.join(folder, `${place}.json`) }); });
      after(() => embedder.close());
      const rowsOf = (vectors: Float32Array): readonly Float32Array[] => Array.from({ length: vectors.length / embedder.model.dimension }, (_, row) => vectors.subarray(row * embedder.model.dimension, (row + 1) * embedder.model.dimension));

      it('passes set-up', async (context) => {
        const found = await checkServer(settingsOf(url));
        context.diagnostic(`${found.kind}, ${found.dimension} values. ${found.check.detail} ${found.findings.map(({ detail }) => detail).join(' ')}`);
        assert.equal(found.check.passed, true, found.check.detail);
      });

      it('gives the same vectors in bulk as one by one', async () => {
        const texts = [...Array.from({ length: 20 }, (_, index) => textOf(index)), ' '];
        const rows = rowsOf(await embedder.embedDocuments(texts));
        assert.ok(rows.at(-1)?.every((value) => value === 0), 'blank');
        for (const [index, row] of rows.slice(0, -1).entries()) {
          assert.ok(Math.abs(Math.hypot(...row) - 1) < 1e-4);
          const [alone] = rowsOf(await embedder.embedDocuments([texts[index] ?? '']));
          assert.ok(cosine(row, alone ?? row) > 0.999, texts[index]);
        }
        assert.equal(embedder.status().state, 'ready');
      });

      it('embeds a text that is far too long, beginning and end', async () => {
        const [long, beginning, end] = rowsOf(await embedder.embedDocuments([`${'river forest lantern '.repeat(400)}${'violin window planet '.repeat(400)}`, 'river forest lantern', 'violin window planet']));
        assert.ok(long !== undefined && beginning !== undefined && end !== undefined);
        assert.ok(Math.abs(Math.hypot(...long) - 1) < 1e-4);
        assert.ok(cosine(long, beginning) > 0.1 && cosine(long, end) > 0.1, `${cosine(long, beginning)} ${cosine(long, end)}`);
      });

      it('answers queries while bulk work is under way, and known texts as before', async () => {
        const bulk = embedder.embedDocuments(Array.from({ length: 40 }, (_, index) => textOf(index)));
        const queries = await Promise.all(['where is the violin', 'Rechnung', '河'].map((text) => embedder.embedQuery(text)));
        for (const query of queries) assert.ok(Math.abs(Math.hypot(...query) - 1) < 1e-4);
        await bulk;
      });
    });
  }

  it('two of them with the same model have one fingerprint', { skip: urls.length < 2 ? 'only one server is named' : false }, async () => {
    const prints: string[] = [];
    for (const url of urls) {
      const embedder = await createServerEmbedder({ settings: settingsOf(url), dimension: null, identityPath: path.join(folder, 'shared.json') });
      prints.push(embedder.model.fingerprint);
      await embedder.close();
    }
    assert.equal(new Set(prints).size, 1);
  });
});
