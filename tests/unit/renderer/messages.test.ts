/** Both languages say everything, and numbers are told honestly. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chooseLocale, reasonInWords, wordsFor } from '../../../renderer/messages/catalogue.ts';
import { ERROR_CODES } from '../../../src/contract/errors.ts';
import { FAIL_REASONS, SKIP_REASONS } from '../../../src/extract/reasons.ts';
import type { UnreadReason } from '../../../src/watch/unread.ts';

const UNREAD: Readonly<Record<UnreadReason, true>> = { 'secret': true, 'cloud-placeholder': true, 'too-large': true, 'no-permission': true, 'name-not-unicode': true };

describe('catalogue', () => {
  for (const locale of ['en', 'zh-CN']) {
    const { t } = wordsFor(locale);
    it(`has words in ${locale} for every reason the engine can give`, () => {
      for (const reason of [...Object.keys(SKIP_REASONS), ...Object.keys(FAIL_REASONS), ...Object.keys(UNREAD), ...Object.keys(ERROR_CODES)]) {
        const words = reasonInWords(t, reason, null);
        assert.notEqual(words, reason);
        assert.notEqual(words.trim(), '');
      }
    });
  }

  it('shows the engine\'s own sentence for a reason of a newer engine', () => {
    const { t } = wordsFor('en');
    assert.equal(reasonInWords(t, 'brand-new', 'A sentence.'), 'A sentence.');
    assert.equal(reasonInWords(t, 'brand-new', null), 'brand-new');
    assert.equal(reasonInWords(t, 'constructor', null), 'constructor');
  });

  it('leaves nothing in English in the Chinese catalogue by oversight', () => {
    const english = sentences(wordsFor('en').t);
    const chinese = sentences(wordsFor('zh-CN').t);
    // Names of programs, formats and languages, and what is typed, are the same in both.
    const same = /^(Findling|Markdown|PDF|English|简体中文|"exact phrase"|-draft|type:pdf|in:Reports|modified:<7d|size:>10mb|SGLang|vLLM|llama\.cpp|Ollama|LM Studio|TEI.*|Text Embeddings Inference|OpenAI.*|)$/;
    for (const [key, text] of english) if (!same.test(text)) assert.notEqual(chinese.get(key), text, key);
  });
});

function sentences(value: unknown, path = '', out = new Map<string, string>()): Map<string, string> {
  if (typeof value === 'string') out.set(path, value);
  else if (typeof value === 'object' && value !== null) for (const [key, inner] of Object.entries(value)) sentences(inner, `${path}.${key}`, out);
  return out;
}

describe('locale', () => {
  it('follows the setting, else the system, else English', () => {
    assert.equal(chooseLocale('system', ['de-DE', 'zh-TW', 'en']), 'zh-TW');
    assert.equal(chooseLocale('system', ['de']), 'en');
    assert.equal(chooseLocale('en', ['zh-CN', 'en-GB']), 'en-GB');
    assert.equal(chooseLocale('zh-CN', ['en-GB']), 'zh-CN');
  });

  it('survives system tags that Intl refuses', () => {
    assert.equal(chooseLocale('system', ['en-US@posix', 'C', '']), 'en');
    assert.equal(chooseLocale('system', ['en-US@posix', 'zh-Hans-CN']), 'zh-Hans-CN');
  });
});

describe('formats', () => {
  const { f, t } = wordsFor('en');
  it('never rounds a share to all or nothing', () => {
    assert.deepEqual([0, 0.001, 0.5, 0.999, 1].map((share) => f.percent(share)), ['0%', '1%', '50%', '99%', '100%']);
  });
  it('writes sizes, durations and plurals', () => {
    assert.deepEqual([0, 1, 999, 1500, 12_345_678, 8e12].map((bytes) => f.bytes(bytes)), ['0 bytes', '1 byte', '999 bytes', '1.5 kB', '12 MB', '8 TB']);
    assert.deepEqual([400, 59_000, 180_000, 3 * 3_600_000].map((ms) => f.duration(ms)), ['1 sec', '59 sec', '3 min', '3 hr']);
    assert.equal(t.search.live.done(1), '1 result.');
    assert.equal(t.search.live.done(1200), '1,200 results.');
  });
  it('shows a language code it does not know as it is', () => {
    assert.equal(f.language('de'), 'German');
    assert.equal(f.language('not a code'), 'not a code');
  });
});
