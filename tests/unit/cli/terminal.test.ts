/** What a terminal can show, and where lines go. */

import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { describe, it } from 'node:test';
import { browserCommand } from '../../../src/cli/open-browser.ts';
import { createTerminal, speaksUtf8, wantsColour } from '../../../src/cli/terminal.ts';

class Recorded extends Writable {
  text = '';
  readonly isTTY: boolean;
  readonly columns = 40;
  constructor(isTTY: boolean) {
    super();
    this.isTTY = isTTY;
  }
  override _write(chunk: unknown, _encoding: string, done: () => void): void {
    this.text += String(chunk);
    done();
  }
}

function terminalOf(outIsTerminal: boolean, errIsTerminal: boolean, env: Record<string, string> = { LANG: 'en_US.UTF-8' }) {
  const [out, err] = [new Recorded(outIsTerminal), new Recorded(errIsTerminal)];
  return { out, err, terminal: createTerminal({ out, err, inputIsTerminal: errIsTerminal }, env, 'linux') };
}

describe('createTerminal', () => {
  it('prints results to standard output and all else to standard error', () => {
    const { out, err, terminal } = terminalOf(false, false);
    terminal.print('hit');
    terminal.note('remark');
    terminal.status('progress');
    assert.deepEqual([out.text, err.text], ['hit\n', 'remark\n']);
  });
  it('rewrites one live line and removes it before anything else is printed', () => {
    const { out, err, terminal } = terminalOf(true, true);
    terminal.status('one');
    terminal.status('one');
    terminal.status('two');
    terminal.print('hit');
    assert.deepEqual([out.text, err.text], ['hit\n', 'one\r\x1b[2Ktwo\r\x1b[2K']);
  });
  it('shows no live line on a dumb terminal', () => assert.equal(terminalOf(true, true, { TERM: 'dumb' }).terminal.live, false));
  it('gives other programs exact paths, and a person harmless ones', () => {
    const piped = terminalOf(false, false);
    piped.terminal.printPath('/a\x1b[2Jb', true);
    assert.equal(piped.out.text, '/a\x1b[2Jb\0');
    const shown = terminalOf(true, true);
    shown.terminal.printPath('/a\x1b[2Jb', false);
    assert.equal(shown.out.text, '/a\uFFFD[2Jb\n');
  });
  it('colours only where it is wanted', () => {
    assert.equal(terminalOf(false, true).terminal.style.match('x'), 'x');
    assert.equal(terminalOf(true, true).terminal.style.match('x'), '\x1b[33mx\x1b[39m');
    assert.equal(terminalOf(true, true, { NO_COLOR: '1' }).terminal.style.match('x'), 'x');
  });
});

describe('wantsColour', () => {
  it('follows NO_COLOR, FORCE_COLOR, TERM and the terminal, in this order', () => {
    assert.deepEqual([wantsColour(true, {}), wantsColour(false, {}), wantsColour(true, { NO_COLOR: '' }), wantsColour(true, { NO_COLOR: '0' }), wantsColour(false, { FORCE_COLOR: '1' }), wantsColour(true, { NO_COLOR: '1', FORCE_COLOR: '1' }), wantsColour(true, { TERM: 'dumb' })], [true, false, true, false, true, false, false]);
  });
});

describe('speaksUtf8', () => {
  it('takes the first of LC_ALL, LC_CTYPE and LANG that is set', () => {
    assert.deepEqual([speaksUtf8({ LANG: 'de_DE.UTF-8' }, 'linux'), speaksUtf8({ LC_ALL: 'C', LANG: 'de_DE.UTF-8' }, 'linux'), speaksUtf8({ LC_ALL: '', LC_CTYPE: 'C.utf8' }, 'linux'), speaksUtf8({}, 'linux'), speaksUtf8({}, 'win32')], [true, false, true, false, true]);
  });
});

describe('browserCommand', () => {
  const all = (): boolean => true;
  const none = (): boolean => false;
  it('hands the address over as one argument', () => {
    const address = 'http://127.0.0.1:1/?token=a&b=c';
    assert.deepEqual(browserCommand(address, 'darwin', {}, none), ['open', address]);
    assert.deepEqual(browserCommand(address, 'win32', {}, none)?.at(-1), address);
    assert.deepEqual(browserCommand(address, 'linux', { DISPLAY: ':0' }, all), ['xdg-open', address]);
    assert.deepEqual(browserCommand(address, 'linux', { WAYLAND_DISPLAY: 'w' }, (program) => program === 'gio'), ['gio', 'open', address]);
  });
  it('opens none without a display, an opener, or anyone in front of it', () => {
    assert.equal(browserCommand('x', 'linux', {}, all), null);
    assert.equal(browserCommand('x', 'linux', { DISPLAY: ':0' }, none), null);
    assert.equal(browserCommand('x', 'darwin', { SSH_CONNECTION: '1' }, all), null);
  });
});
