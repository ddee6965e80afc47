/** The registry as data: what the compiler cannot see. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { validateInput } from '../../../src/contract/validate.ts';
import { parseModelDescription, queryText } from '../../../src/embed/model-description.ts';
import { filesOf, localName, modelJson, recommended } from '../../../src/models/registry-model.ts';
import { REGISTRY } from '../../../src/models/registry.ts';

const SHA = 'ab'.repeat(32);

describe('the registry', () => {
  it('names each model and each of its variants once, as the contract takes them', () => {
    assert.equal(new Set(REGISTRY.map(({ id }) => id)).size, REGISTRY.length);
    for (const { id, variants } of REGISTRY) {
      assert.equal(new Set(variants.map((variant) => variant.id)).size, variants.length, id);
      for (const variant of variants) assert.deepEqual(validateInput('call', 'models.download', { id, variant: variant.id }), { id, variant: variant.id });
    }
  });

  for (const model of REGISTRY) {
    for (const variant of model.variants) {
      it(`describes ${model.id} ${variant.id} so that its folder can be used`, () => {
        const names = filesOf(variant).map(({ path }) => localName(path));
        assert.equal(new Set(names).size, names.length, 'no two files of one name');
        for (const { sha256, bytes } of filesOf(variant)) {
          assert.ok(bytes > 0);
          if (sha256 !== null) assert.match(sha256, /^[0-9a-f]{64}$/);
        }
        if (variant.revision !== null) assert.match(variant.revision, /^[0-9a-f]{40}$/);
        const [graph = '', ...rest] = names;
        const known = (name: string): { name: string; bytes: number; sha256: string } => ({ name, bytes: 1, sha256: SHA });
        const text = modelJson(model, variant, { model: known(graph), tokenizer: known(rest.at(-1) ?? ''), data: rest.slice(0, -1).map(known) }, { repository: variant.repository, revision: null, address: null, hashes: 'registry' });
        const description = parseModelDescription(text);
        assert.equal(description.id, model.id);
        assert.ok(description.windowTokens <= description.maxTokens);
        assert.equal(description.files.data.length, variant.files.data.length);
      });
    }
  }

  it('writes Qwen3\'s query as its makers do: no space after `Query:`', () => {
    const qwen = REGISTRY.find(({ id }) => id === 'qwen3-embedding-0.6b');
    assert.ok(qwen !== undefined);
    const { query = '', document = '', instruction = null } = qwen.settings.prompts;
    assert.equal(queryText({ query, document, instruction }, 'What is the capital of China?', null), 'Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:What is the capital of China?');
    assert.deepEqual(qwen.selfTest.kind === 'cosines' ? qwen.selfTest.expected : null, [[0.7646, 0.1414], [0.1355, 0.6]]);
  });

  it('recommends what the machine can run', () => {
    for (const model of REGISTRY) {
      assert.equal(recommended(model, false)[0]?.needsGpu, false, model.id);
      assert.equal(recommended(model, true)[0]?.needsGpu, model.variants.some(({ needsGpu }) => needsGpu), model.id);
    }
  });
});
