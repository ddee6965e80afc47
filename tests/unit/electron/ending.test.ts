import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import { parseStart, startArguments, type StartRequest } from '../../../electron/command-line.ts';
import { Ending } from '../../../electron/ending.ts';
import { menuLabel, oneLine } from '../../../electron/menus.ts';

const REQUEST: StartRequest = { toggle: true, atLogin: false, dataDirectory: path.resolve('/d a'), folders: [path.resolve('/f\n1')] };

/** An ending whose engine takes until `stopped` is called. */
function endingWith(): { readonly ending: Ending; readonly done: string[]; stopped(): void } {
  const done: string[] = [];
  let stopped = (): void => {};
  const stopping = new Promise<void>((resolve) => { stopped = resolve; });
  const ending = new Ending({
    stopEngine: async () => { done.push('stop'); await stopping; }, installUpdate: () => { done.push('install'); },
    startAfterEnd: (request) => { done.push(`start ${request.folders.join()}`); }, exit: () => { done.push('exit'); },
  });
  return { ending, done, stopped: () => stopped() };
}

describe('the end of the app', () => {
  it('stops the engine, installs what is due, and exits, once', async () => {
    const { ending, done, stopped } = endingWith();
    assert.equal(ending.begun, false);
    const ended = ending.begin();
    assert.equal(ending.begun, true);
    await ending.begin();
    assert.deepEqual(done, ['stop']);
    stopped();
    await ended;
    assert.deepEqual(done, ['stop', 'install', 'exit']);
  });

  it('starts the app again for whoever started it while it was quitting, with what they asked', async () => {
    const { ending, done, stopped } = endingWith();
    const ended = ending.begin();
    ending.startAgain({ ...REQUEST, folders: ['first'] });
    ending.startAgain({ ...REQUEST, folders: ['second'] });
    stopped();
    await ended;
    assert.deepEqual(done, ['stop', 'start second', 'exit']);
  });

  it('exits also when something on the way fails', async () => {
    const done: string[] = [];
    const ending = new Ending({ stopEngine: async () => {}, installUpdate: () => { throw new Error('no'); }, startAfterEnd() {}, exit: () => { done.push('exit'); } });
    await assert.rejects(ending.begin(), /no/);
    assert.deepEqual(done, ['exit']);
  });
});

describe('a request as arguments', () => {
  it('is read as the same request in any folder', () => {
    for (const request of [REQUEST, { toggle: false, atLogin: true, dataDirectory: null, folders: [] }]) assert.deepEqual(parseStart(startArguments(request), '/elsewhere'), request);
  });
});

describe('troubles in menus', () => {
  it('are one line that nothing in a name can turn or break', () => {
    assert.equal(oneLine('Trouble: /a/\u202Efdp\nexe'), 'Trouble: /a/ fdp exe');
    assert.equal([...menuLabel('x&'.repeat(200), 80)].length, 80 + 39);
  });
});
