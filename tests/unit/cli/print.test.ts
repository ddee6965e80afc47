/** Hits, files, progress and settings as text. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Writable } from 'node:stream';
import { UsageError, wholeNumber } from '../../../src/cli/command.ts';
import { fileLine } from '../../../src/cli/commands/files.ts';
import { statusLines } from '../../../src/cli/commands/status.ts';
import { commandHelp } from '../../../src/cli/help.ts';
import { hitBlock, hitLine, highlight, placeText } from '../../../src/cli/print-hits.ts';
import { progressBar, progressText, shareDone } from '../../../src/cli/progress.ts';
import { readSetting, SETTING_KEYS, settingChange, settingText } from '../../../src/cli/setting-values.ts';
import { createTerminal } from '../../../src/cli/terminal.ts';
import { columnsOf } from '../../../src/cli/text-width.ts';
import { searchCommand } from '../../../src/cli/commands/search.ts';
import { DEFAULT_SETTINGS } from '../../../src/config.ts';
import type { Hit, IndexStatus, PassageHit } from '../../../src/contract/model.ts';
import { validateSettings } from '../../../src/contract/validate.ts';

const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
const plain = createTerminal({ out: Object.assign(nowhere, { columns: 60 }), err: nowhere, inputIsTerminal: false }, { LANG: 'C.UTF-8' }, 'linux');
const bracketed = { ...plain, style: { ...plain.style, match: (text: string) => `[${text}]` } };

function hitWith(passage: Partial<PassageHit> | null, changes: Partial<Hit> = {}): Hit {
  const passages = passage === null ? [] : [{ passageId: 1, ordinal: 0, snippet: '', highlights: [], place: {}, tiers: ['words' as const], ...passage }];
  return {
    fileId: 1, rootId: 1, path: '/home/a/docs/report.pdf', name: 'report.pdf', kind: 'pdf', sizeBytes: 1, modifiedMs: 0, language: null, tiers: ['words', 'meaning'],
    confidence: 'strong', nameHighlights: [], passages, explain: { parts: [{ name: 'words', value: 0.5, note: 'rank 1 of 3' }], score: 0.5 }, ...changes,
  };
}

describe('hitLine', () => {
  it('is path:line: snippet, as grep\'s', () => {
    assert.equal(hitLine(hitWith({ snippet: ' two\nlines ', place: { line: 12, heading: 'x' } })), '/home/a/docs/report.pdf:12: two lines');
    assert.equal(hitLine(hitWith({ snippet: 'text', place: { page: 3 } })), '/home/a/docs/report.pdf:p. 3: text');
    assert.equal(hitLine(hitWith(null)), '/home/a/docs/report.pdf');
  });
});

describe('hitBlock', () => {
  const view = { explain: false, home: '/home/a' };
  it('marks highlights of name and snippet', () => {
    const block = hitBlock(hitWith({ snippet: 'the rent is due', highlights: [{ start: 4, end: 8 }], place: { page: 2 } }, { nameHighlights: [{ start: 0, end: 6 }] }), bracketed, view);
    assert.deepEqual(block, ['[report].pdf  ~/docs  strong · words · meaning', '    p. 2  the [rent] is due']);
  });
  it('shows the part of a long snippet in which the first highlight is', () => {
    const snippet = `${'before '.repeat(60)}NEEDLE ${'after '.repeat(60)}`;
    const [, line = ''] = hitBlock(hitWith({ snippet, highlights: [{ start: snippet.indexOf('NEEDLE'), end: snippet.indexOf('NEEDLE') + 6 }] }), bracketed, view);
    assert.match(line, /\[NEEDLE\]/);
    assert.ok(columnsOf(line) <= 62, line);
  });
  it('fits wide scripts', () => {
    const snippet = '請求書の支払期限は来月末です。'.repeat(20);
    const at = snippet.length - 8;
    const [, line = ''] = hitBlock(hitWith({ snippet, highlights: [{ start: at, end: at + 2 }] }), bracketed, view);
    assert.ok(line.includes(`[${snippet.slice(at, at + 2)}]`), line);
    assert.ok(columnsOf(line) <= 62, `${columnsOf(line)}`);
  });
  it('shows how the score came about when asked', () => {
    assert.deepEqual(hitBlock(hitWith(null), plain, { ...view, explain: true }).slice(1), ['      +0.5000  words  rank 1 of 3', '      =0.5000  score']);
  });
});

describe('highlight', () => {
  const mark = (text: string): string => `[${text}]`;
  const same = (text: string): string => text;
  it('keeps offsets true beside control characters, and ignores ranges that cannot be', () => {
    assert.equal(highlight('a\tb\x1bc', [{ start: 4, end: 5 }], mark, same), 'a b\uFFFD[c]');
    assert.equal(highlight('abc', [{ start: 2, end: 9 }, { start: 1, end: 1 }, { start: -1, end: 1 }, { start: 1, end: 2 }], mark, same), 'a[b]c');
    assert.equal(highlight('abcd', [{ start: 2, end: 3 }, { start: 0, end: 2 }, { start: 1, end: 3 }], mark, same), '[ab][c]d');
  });
});

describe('placeText', () => {
  it('names the most telling place', () => {
    assert.deepEqual([{ page: 3, heading: 'x' }, { slide: 2 }, { sheet: 'A\x1b' }, { line: 9 }, { heading: 'Intro' }, {}].map(placeText), ['p. 3', 'slide 2', 'sheet A\uFFFD', 'line 9', 'Intro', '']);
  });
});

describe('fileLine', () => {
  it('shows outcome, size, path and reason on one line', () => {
    const line = fileLine({ id: 1, rootId: 1, path: '/home/a/b\n.pdf', kind: 'pdf', sizeBytes: 2048, modifiedMs: 0, outcome: { state: 'failed', reason: 'corrupt', detail: 'No pages.' }, embedded: false, language: null }, '/home/a');
    assert.equal(line, 'failed        2 KB  ~/b .pdf  (corrupt: No pages.)');
  });
});

describe('progress', () => {
  const status = (counts: Partial<IndexStatus['counts']>, embedded: number, changes: Partial<IndexStatus> = {}): IndexStatus => ({
    phase: 'indexing', pausedUntilMs: null, roots: [], counts: { indexed: 0, pending: 0, skipped: 0, failed: 0, ...counts }, embedded, filesPerSecond: 1, remainingMs: null, current: null,
    model: { id: 'm', dimension: 1, device: 'cpu', state: 'ready', takesInstruction: false, charactersPerSecond: 1 }, disk: { catalogBytes: 0, vectorBytes: 0, freeBytes: 0, textBytes: 0 }, troubles: [], ...changes,
  });
  it('is whole only when everything is read and embedded', () => {
    assert.equal(shareDone(status({ indexed: 8, skipped: 2 }, 8)), 1);
    assert.ok(shareDone(status({ indexed: 8 }, 7)) < 1);
    assert.ok(shareDone(status({ indexed: 8, pending: 1 }, 8)) < 1);
    assert.equal(shareDone(status({ pending: 10 }, 0)), 0);
    assert.equal(shareDone(status({}, 0, { phase: 'crawling' })), 0);
    assert.equal(shareDone(status({}, 0, { phase: 'idle' })), 1);
  });
  it('stays within 0 and 1 for any counts', () => {
    for (const [indexed, pending, skipped, failed, embedded] of [[0, 0, 5, 0, 0], [1, 0, 0, 9, 1], [3, 2, 1, 0, 9], [0, 0, 0, 4, 0]] as const) {
      const share = shareDone(status({ indexed, pending, skipped, failed }, embedded));
      assert.ok(share >= 0 && share <= 1, `${share}`);
    }
  });
  it('says what is left, in words and in a bar that fits', () => {
    const now = status({ indexed: 1, pending: 2, failed: 1 }, 1, { remainingMs: 90_000 });
    assert.equal(progressText(now), '2 of 4 files read, 1 searchable by meaning, 1 failed, about 2 min left');
    assert.ok(columnsOf(progressBar(now, plain)) < plain.columns);
    assert.match(progressText(status({ pending: 1 }, 0, { phase: 'disk-full' })), /disk full/);
    assert.match(progressText(status({ pending: 1 }, 0, { phase: 'battery' })), /on battery: waiting for mains power$/);
  });
  it('on battery the status says what would help, and nothing of a pause', () => {
    const info = { version: '1', protocolVersion: 1, dataDirectory: '/d', pid: 7, startedMs: 0, runtime: '', pageAddress: null };
    const [first] = statusLines(info, status({ pending: 1 }, 0, { phase: 'battery' }), '/home/a');
    assert.equal(first, 'Findling 1, engine 7: waiting for mains power (to index on battery too: findling config set onBattery slow)');
  });
});

describe('settings by key', () => {
  it('cover every setting there is', () => {
    const all = Object.entries(DEFAULT_SETTINGS).flatMap(([key, value]) => (typeof value === 'object' && value !== null ? Object.keys(value).map((inner) => `${key}.${inner}`) : [key]));
    assert.deepEqual([...SETTING_KEYS].sort(), all.sort());
    for (const key of SETTING_KEYS) assert.notEqual(settingText(readSetting(DEFAULT_SETTINGS, key)), 'undefined');
  });
  it('become values the contract takes', () => {
    for (const [key, text] of [['theme', 'dark'], ['cpuThreads', '2'], ['minFreeBytes', '2gb'], ['keepRecents', 'no'], ['newFolders.exclude', '*.log, {a,b}/**'], ['newFolders.include', '["a,b"]'], ['newFolders.threshold', 'none'], ['newFolders.threshold', '0.3'], ['newFolders.instruction', 'none'], ['newFolders.paused', 'true'], ['server.baseUrl', 'http://127.0.0.1:30000/v1'], ['server.headers', 'X-Team: search'], ['server.key', 'none'], ['vectors.uri', 's3://bucket/findling'], ['hotkey', 'Alt+Space'], ['hotkey', 'none'], ['dimension', '256'], ['dimension', 'none']] as const) validateSettings(settingChange(key, text));
    assert.deepEqual(settingChange('newFolders.exclude', '*.log, {a,b}/**'), { newFolders: { exclude: ['*.log', '{a,b}/**'] } });
    assert.deepEqual(settingChange('newFolders.exclude', ''), { newFolders: { exclude: [] } });
  });
  it('refuse what they cannot be, before an engine is asked', () => {
    for (const [key, text] of [['colour', 'x'], ['__proto__', 'x'], ['newFolders', '{}'], ['cpuThreads', 'many'], ['cpuThreads', ''], ['minFreeBytes', 'lots'], ['keepRecents', 'maybe'], ['newFolders.exclude', '[1]'], ['newFolders.exclude', '["a"']] as const) assert.throws(() => settingChange(key, text), UsageError, `${key} ${text}`);
  });
});

describe('options', () => {
  it('whole numbers are checked against their bounds', () => {
    assert.equal(wholeNumber({ limit: '20' }, 'limit', 1, 200), 20);
    assert.equal(wholeNumber({}, 'limit', 1, 200), undefined);
    for (const limit of ['0', '201', '-1', '1.5', 'x', '', '1e2']) assert.throws(() => wholeNumber({ limit }, 'limit', 1, 200), UsageError, limit);
  });
  it('are all in the help', () => {
    const help = commandHelp(searchCommand);
    for (const name of [...Object.keys(searchCommand.options), 'data-dir', 'help']) assert.ok(help.includes(`--${name}`), name);
  });
});
