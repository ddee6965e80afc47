/** Every call and subscription takes what a host sends and refuses, with the field named, what it must not send. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineError } from '../../../src/contract/errors.ts';
import { MAX_PATH_CHARACTERS, MAX_QUERY_CHARACTERS, validateInput, validateSettings } from '../../../src/contract/validate.ts';

function refusedField(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof EngineError, String(error));
    assert.equal(error.code, 'bad-input');
    assert.ok(error.message.endsWith('.'), error.message);
    return error.details?.['field'];
  }
  return assert.fail('it was not refused');
}

const GOOD: readonly (readonly ['call' | 'subscribe', string, unknown])[] = [
  ['call', 'engine.info', undefined], ['call', 'engine.stop', null], ['call', 'engine.servePage', {}], ['call', 'engine.servePage', { port: 65_535 }],
  ['call', 'roots.list', undefined], ['call', 'roots.add', { path: '/home/a' }], ['call', 'roots.add', { path: 'C:\\Users\\a', options: { paused: true } }],
  ['call', 'roots.add', { path: '\\\\server\\share', options: {} }], ['call', 'roots.update', { rootId: 1, options: { exclude: ['*.log'], threshold: null, instruction: 'Find the clause.' } }],
  ['call', 'roots.remove', { rootId: 7 }], ['call', 'roots.suggest', undefined], ['call', 'folders.list', {}], ['call', 'folders.list', { path: '/' }],
  ['call', 'index.pause', {}], ['call', 'index.pause', { minutes: 30 }], ['call', 'index.resume', undefined], ['call', 'index.rescan', {}], ['call', 'index.retry', { fileIds: [1, 2] }],
  ['call', 'index.status', undefined], ['call', 'index.settled', undefined], ['call', 'files.list', { state: 'failed', limit: 1_000, contains: 'é', after: 'x' }],
  ['call', 'files.preview', { fileId: 3, ordinal: 0 }], ['call', 'files.open', { fileId: 3 }], ['call', 'files.reveal', { fileId: 3 }], ['call', 'files.forget', { path: '/a/b' }],
  ['call', 'settings.get', undefined], ['call', 'settings.set', { theme: 'dark' }], ['call', 'recents.list', undefined], ['call', 'recents.add', { text: 'x' }], ['call', 'recents.clear', undefined],
  ['subscribe', 'search', { text: '' }], ['subscribe', 'index.status', undefined], ['subscribe', 'settings', undefined],
  ['subscribe', 'search', { text: 'a'.repeat(MAX_QUERY_CHARACTERS), limit: 200, showWeak: true, wordsOnly: false, filters: { kinds: ['pdf', 'code'], extensions: ['md'], folders: ['reports/2024'], rootIds: [1], modifiedAfterMs: -1, modifiedBeforeMs: 1, minBytes: 0, maxBytes: 9, languages: ['ja'] } }],
];

const BAD: readonly (readonly ['call' | 'subscribe', string, unknown, string])[] = [
  ['call', 'engine.info', { surprise: 1 }, 'input'], ['call', 'engine.servePage', { port: 65_536 }, 'port'], ['call', 'engine.servePage', { port: '80' }, 'port'], ['call', 'engine.servePage', null, 'input'],
  ['call', 'roots.add', { path: 'relative/folder' }, 'path'], ['call', 'roots.add', { path: '' }, 'path'], ['call', 'roots.add', {}, 'path'], ['call', 'roots.add', { path: '/a\0b' }, 'path'],
  ['call', 'roots.add', { path: `/${'a'.repeat(MAX_PATH_CHARACTERS)}` }, 'path'], ['call', 'roots.add', { path: '/a', pathh: 1 }, 'pathh'], ['call', 'roots.add', { path: '/a', options: { colour: 1 } }, 'colour'],
  ['call', 'roots.update', { rootId: 0, options: {} }, 'rootId'], ['call', 'roots.update', { rootId: 1, options: { threshold: 1.5 } }, 'options.threshold'], ['call', 'roots.update', { rootId: 1, options: { exclude: ['ok', 5] } }, 'options.exclude[1]'],
  ['call', 'roots.update', { rootId: 1, options: { maxFileBytes: -1 } }, 'options.maxFileBytes'], ['call', 'roots.update', { rootId: 1 }, 'options'], ['call', 'roots.remove', { rootId: 1.5 }, 'rootId'],
  ['call', 'index.pause', { minutes: 0 }, 'minutes'], ['call', 'index.retry', { fileIds: [1, Number.NaN] }, 'fileIds[1]'], ['call', 'index.retry', { fileIds: 'all' }, 'fileIds'], ['call', 'index.retry', { fileIds: Array.from({ length: 10_001 }, () => 1) }, 'fileIds'],
  ['call', 'files.list', { state: 'lost' }, 'state'], ['call', 'files.list', { limit: 1_001 }, 'limit'], ['call', 'files.preview', { fileId: 2 ** 53 }, 'fileId'], ['call', 'files.open', { fileId: '3' }, 'fileId'], ['call', 'files.forget', { path: '..' }, 'path'],
  ['call', 'settings.set', { theme: 'pink' }, 'theme'], ['call', 'settings.set', { model: '../../etc' }, 'model'], ['call', 'settings.set', { model: '..' }, 'model'], ['call', 'settings.set', { newFolders: { paused: 1 } }, 'newFolders.paused'], ['call', 'settings.set', [], 'input'],
  ['call', 'recents.add', { text: 'a'.repeat(MAX_QUERY_CHARACTERS + 1) }, 'text'],
  ['subscribe', 'search', {}, 'text'], ['subscribe', 'search', { text: 5 }, 'text'], ['subscribe', 'search', { text: 'a', limit: 0 }, 'limit'], ['subscribe', 'search', { text: 'a', limit: 201 }, 'limit'], ['subscribe', 'search', { text: 'a', limit: 1.5 }, 'limit'],
  ['subscribe', 'search', { text: 'a', showWeak: 1 }, 'showWeak'], ['subscribe', 'search', { text: 'a', filters: { kinds: ['exe'] } }, 'filters.kinds[0]'], ['subscribe', 'search', { text: 'a', filters: { extensions: ['.pdf'] } }, 'filters.extensions[0]'],
  ['subscribe', 'search', { text: 'a', filters: { minBytes: Infinity } }, 'filters.minBytes'], ['subscribe', 'search', { text: 'a', filters: { languages: ["ja' OR 1=1"] } }, 'filters.languages[0]'], ['subscribe', 'search', { text: 'a', filters: null }, 'filters'],
];

describe('validateInput', () => {
  for (const [verb, name, input] of GOOD) {
    it(`takes ${name} ${JSON.stringify(input)?.slice(0, 60) ?? ''}`, () => {
      const checked = validateInput(verb, name, input);
      assert.deepEqual(checked ?? null, input ?? null);
    });
  }
  for (const [verb, name, input, field] of BAD) {
    it(`refuses ${name} ${JSON.stringify(input)?.slice(0, 60) ?? ''} and names ${field}`, () => {
      assert.equal(refusedField(() => validateInput(verb, name, input)), field);
    });
  }
  it('knows only names of the contract, not those every object has', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'search']) {
      assert.throws(() => validateInput('call', name, undefined), (error) => error instanceof EngineError && error.code === 'unknown-call');
    }
  });
  it('gives back a copy: later changes by the sender do not reach the handler', () => {
    const sent = { path: '/a', options: { exclude: ['x'] } };
    const checked = validateInput('call', 'roots.add', sent);
    sent.options.exclude.push('y');
    assert.deepEqual(checked, { path: '/a', options: { exclude: ['x'] } });
  });
  it('does not take fields from a prototype', () => {
    assert.equal(refusedField(() => validateInput('call', 'roots.remove', Object.create({ rootId: 1 }))), 'rootId');
  });
  it('does not let a message grow with a hostile key', () => {
    assert.throws(() => validateInput('call', 'roots.remove', { rootId: 1, ['k'.repeat(100_000)]: 1 }), (error) => error instanceof Error && error.message.length < 200);
  });
  it('refuses a parsed __proto__ key like any unknown one', () => {
    assert.equal(refusedField(() => validateInput('call', 'roots.remove', JSON.parse('{"rootId":1,"__proto__":{"admin":true}}'))), '__proto__');
  });
});

describe('validateSettings', () => {
  it('takes a part, also of newFolders', () => {
    assert.deepEqual(validateSettings({ newFolders: { includeHidden: true } }), { newFolders: { includeHidden: true } });
  });
  it('refuses what is no settings object', () => {
    for (const value of [null, 1, 'x', []]) assert.equal(refusedField(() => validateSettings(value)), 'input');
  });
});
