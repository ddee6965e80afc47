import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import { commandOf, parseStart } from '../../../electron/command-line.ts';
import type { EngineState } from '../../../electron/engine-host.ts';
import { mayHave, mayNavigate, mayRequest, pagePreferences } from '../../../electron/guard.ts';
import { defaultHotkey, Hotkey, isHotkey, type GlobalKeys } from '../../../electron/hotkey.ts';
import { openWithCommand, programChooser } from '../../../electron/hit-menu.ts';
import { autostartEntry } from '../../../electron/login-item.ts';
import { menuLabel, trayMenu, type MenuActions } from '../../../electron/menus.ts';
import { parsePlace, placePanel, placeWindow } from '../../../electron/window-places.ts';
import { trayState, wordsFor } from '../../../electron/words.ts';
import type { IndexStatus } from '../../../src/contract/model.ts';

describe('a page may go', () => {
  it('to itself at any view, and nowhere else', () => {
    for (const address of ['app://findling/', 'app://findling/index.html', 'app://findling/index.html#/settings']) assert.equal(mayNavigate(address), true, address);
    for (const address of [
      'https://example.com/', 'http://127.0.0.1/', 'file:///etc/passwd', 'app://file/1', 'app://icon/1', 'app://findling.evil/', 'app://findling@evil/', 'app://user@findling/', 'app://findling:80/index.html',
      'app://findling/assets/x.js', 'javascript:alert(1)', 'data:text/html,x', 'about:blank', 'chrome://settings', '', 'not an address',
    ]) assert.equal(mayNavigate(address), false, address);
  });
  it('over no network at all', () => {
    for (const address of ['https://example.com/a.png', 'http://localhost/', 'ws://127.0.0.1/', 'file:///etc/passwd', 'data:text/plain,x', 'APP://findling/']) assert.equal(mayRequest(address), false, address);
    assert.equal(mayRequest('app://findling/assets/a.js'), true);
  });
  it('with no right but to write the clipboard', () => {
    assert.equal(mayHave('clipboard-sanitized-write', 'app://findling/index.html'), true);
    assert.equal(mayHave('clipboard-sanitized-write', 'https://example.com/'), false);
    for (const right of ['clipboard-read', 'media', 'geolocation', 'notifications', 'midi', 'hid', 'openExternal', 'fullscreen']) assert.equal(mayHave(right, 'app://findling/index.html'), false, right);
  });
  it('with the sandbox on and Node off', () => {
    const preferences = pagePreferences('/p');
    assert.deepEqual([preferences.sandbox, preferences.contextIsolation, preferences.nodeIntegration, preferences.webviewTag, preferences.devTools, preferences.webSecurity], [true, true, false, false, false, true]);
  });
});

describe('windows', () => {
  const screen = { x: 0, y: 25, width: 1440, height: 875 };
  const right = { x: 1440, y: 0, width: 1920, height: 1080 };
  it('come up where they were', () => {
    const kept = { x: 1500, y: 100, width: 900, height: 700, maximized: false };
    assert.deepEqual(placeWindow(kept, [screen, right]), kept);
  });
  it('come back from a screen that is gone', () => {
    const place = placeWindow({ x: 1500, y: 100, width: 900, height: 700, maximized: true }, [screen]);
    assert.ok(place.x >= screen.x && place.x + place.width <= screen.x + screen.width && place.y >= screen.y);
    assert.equal(place.maximized, true);
  });
  it('are never left with their title bar out of reach', () => {
    for (const kept of [{ x: 5, y: -400 }, { x: -890, y: 100 }, { x: 1435, y: 300 }, { x: 0, y: 895 }]) {
      const place = placeWindow({ ...kept, width: 900, height: 700, maximized: false }, [screen]);
      assert.ok(place.y >= screen.y && place.x + place.width - 120 >= screen.x && place.x + 120 <= screen.x + screen.width, JSON.stringify([kept, place]));
    }
  });
  it('fit a small screen, and the middle of the first without a memory', () => {
    const small = { x: 0, y: 0, width: 800, height: 600 };
    const place = placeWindow(null, [small]);
    assert.deepEqual([place.width <= 800, place.height <= 600, place.x, place.y], [true, true, 0, 0]);
    const panel = placePanel({ width: 720, height: 620 }, { x: 100, y: 50, width: 640, height: 480 });
    assert.deepEqual(panel, { x: 100, y: 146, width: 640, height: 384 });
  });
  it('forget a place that is none', () => {
    for (const text of ['', 'null', '[]', '{"x":1}', '{"x":1e99,"y":0,"width":10,"height":10}', '{"x":0,"y":0,"width":-5,"height":10}', '{"x":"0","y":0,"width":5,"height":5}']) assert.equal(parsePlace(text), null, text);
    assert.deepEqual(parsePlace('{"x":-5,"y":0,"width":500,"height":400}'), { x: -5, y: 0, width: 500, height: 400, maximized: false });
  });
});

/** Keys of a system where some belong to other programs. */
function keysWithout(...taken: readonly string[]): GlobalKeys & { readonly held: Set<string> } {
  const held = new Set<string>();
  return {
    held,
    register: (key) => (taken.includes(key) || held.has(key) ? false : (held.add(key), true)),
    unregister: (key) => { held.delete(key); },
    isRegistered: (key) => held.has(key),
  };
}

describe('the quick-search key', () => {
  const make = (keys: GlobalKeys, supported = true): Hotkey => new Hotkey({ keys, pressed() {}, platform: 'linux', supported });
  it('is one key with modifiers, or a function key', () => {
    for (const key of ['Alt+Space', 'Control+Alt+Space', 'F9', 'CommandOrControl+Shift+K', 'Super+F1']) assert.equal(isHotkey(key), true, key);
    for (const key of ['', 'A', 'Space', 'Shift+A', 'Alt', 'Alt+', 'Alt+Alt+A', 'Alt+Spacebar', 'Alt+a', 'Alt+A+B', 'F25']) assert.equal(isHotkey(key), false, key);
    for (const platform of ['linux', 'darwin', 'win32'] as const) assert.equal(isHotkey(defaultHotkey(platform)), true);
  });
  it('is registered, changed, and let go', () => {
    const keys = keysWithout();
    const hotkey = make(keys);
    hotkey.set('default');
    assert.deepEqual([hotkey.state.hotkeyState, [...keys.held]], ['registered', [defaultHotkey('linux')]]);
    hotkey.set('Alt+F');
    assert.deepEqual([...keys.held], ['Alt+F']);
    hotkey.set(null);
    assert.deepEqual([hotkey.state.hotkeyState, keys.held.size], ['off', 0]);
  });
  it('that another program has is told, and the one before stays', () => {
    const keys = keysWithout('Alt+Space');
    const hotkey = make(keys);
    hotkey.set('Alt+F');
    hotkey.set('Alt+Space');
    assert.deepEqual(hotkey.state, { hotkey: 'Alt+Space', hotkeyState: 'taken' });
    assert.deepEqual([...keys.held], ['Alt+F']);
    hotkey.set('Alt+F');
    assert.equal(hotkey.state.hotkeyState, 'registered');
  });
  it('is tried without keeping it', () => {
    const keys = keysWithout('Alt+Space');
    const hotkey = make(keys);
    assert.deepEqual(['Alt+Space', 'Alt+G', 'G'].map((key) => hotkey.try(key)), ['taken', 'free', 'invalid']);
    assert.equal(keys.held.size, 0);
    hotkey.set('Alt+G');
    assert.equal(hotkey.try('Alt+G'), 'free');
    assert.deepEqual([...keys.held], ['Alt+G']);
  });
  it('says where the desktop gives no keys', () => {
    const hotkey = make(keysWithout(), false);
    hotkey.set('default');
    assert.equal(hotkey.state.hotkeyState, 'unsupported');
    assert.equal(hotkey.try('Alt+G'), 'unsupported');
  });
});

const counts = { indexed: 0, pending: 0, skipped: 0, failed: 0 };
const status = (part: Partial<IndexStatus>): IndexStatus => ({
  phase: 'idle', pausedUntilMs: null, roots: [], counts, embedded: 0, filesPerSecond: 0, remainingMs: null, current: null,
  model: { id: 'm', dimension: 1, device: 'cpu', state: 'ready', takesInstruction: false, charactersPerSecond: 0 }, disk: { catalogBytes: 0, vectorBytes: 0, freeBytes: 0, textBytes: 0 }, troubles: [], ...part,
} as IndexStatus);

describe('the tray', () => {
  const words = wordsFor('en', 'de');
  const running: EngineState = { kind: 'running', pid: 1 };
  it('says what goes on', () => {
    const of = (engine: EngineState, given: IndexStatus | null): string => trayState(words, engine, given).picture;
    assert.equal(of(running, status({})), 'idle');
    assert.equal(of(running, status({ phase: 'paused' })), 'paused');
    assert.equal(of(running, status({ phase: 'disk-full' })), 'error');
    assert.equal(of(running, status({ phase: 'index-full' })), 'error');
    assert.equal(of(running, status({ troubles: ['The embedder ended.'] })), 'error');
    assert.equal(of({ kind: 'waiting', why: 'x', retryAtMs: 0 }, status({})), 'error');
    assert.equal(of({ kind: 'starting' }, null), 'busy');
    const indexing = trayState(words, running, status({ phase: 'indexing', counts: { indexed: 10, pending: 30, skipped: 0, failed: 0 } }));
    assert.deepEqual(indexing, { picture: 'busy', text: 'Indexing 10 of 40', progress: 0.25 });
  });
  it('speaks the language that is set', () => {
    assert.equal(wordsFor('system', 'zh-TW').locale, 'zh-CN');
    assert.equal(wordsFor('system', 'fr').locale, 'en');
    assert.equal(wordsFor('zh-CN', 'en').locale, 'zh-CN');
  });
  it('offers pausing or resuming, and recent searches in one harmless line each', () => {
    const done: string[] = [];
    const actions: MenuActions = { openWindow: (view, query) => done.push(`${view} ${query ?? ''}`), togglePanel() {}, pause: (minutes) => done.push(`pause ${minutes}`), resume: () => done.push('resume'), indexOnBattery: () => done.push('battery'), quit() {} };
    const menu = trayMenu(words, trayState(words, running, status({})), ['R&D\nbudget', 'x'.repeat(200)], 'Alt+Space', actions);
    const recent = menu.find((item) => item.label === words.recent)?.submenu as { label: string; click(): void }[];
    assert.equal(recent[0]?.label, 'R&&D budget');
    assert.equal([...(recent[1]?.label ?? '')].length, 48);
    recent[0]?.click();
    const pauseHour = menu.find((item) => item.label === words.pauseHour)?.click as (() => void) | undefined;
    pauseHour?.();
    assert.deepEqual(done, ['search R&D\nbudget', 'pause 60']);
    assert.ok(trayMenu(words, trayState(words, running, status({ phase: 'paused' })), [], null, actions).some((item) => item.label === words.resume));
    assert.equal(menuLabel('\u202Eevil\u0007'), 'evil');
  });
  for (const locale of ['en', 'zh-CN'] as const) {
    it(`on battery offers what helps, and never to resume (${locale})`, () => {
      const done: string[] = [];
      const actions: MenuActions = { openWindow() {}, togglePanel() {}, pause: (minutes) => done.push(`pause ${minutes}`), resume: () => done.push('resume'), indexOnBattery: () => done.push('battery'), quit() {} };
      const own = wordsFor(locale, 'en');
      const state = trayState(own, running, status({ phase: 'battery' }));
      assert.deepEqual([state.picture, state.text], ['paused', own.battery]);
      const menu = trayMenu(own, state, [], null, actions);
      assert.equal(menu[0]?.label, own.battery);
      assert.ok(menu.every((item) => item.label !== own.resume));
      for (const label of [own.onBatteryToo, own.pause]) (menu.find((item) => item.label === label)?.click as (() => void) | undefined)?.();
      assert.deepEqual(done, ['battery', 'pause null']);
    });
  }
});

describe('open with', () => {
  it('hands path and program over as they are, to no shell', () => {
    const file = '/a/$(rm -rf) "b";.txt';
    assert.deepEqual(openWithCommand('darwin', file, '/Applications/Preview.app'), { command: 'open', args: ['-a', '/Applications/Preview.app', file] });
    assert.deepEqual(openWithCommand('linux', file, '/usr/share/applications/org.gnome.gedit.desktop'), { command: 'gtk-launch', args: ['org.gnome.gedit', file] });
    assert.deepEqual(openWithCommand('win32', 'C:\\a.txt', null), { command: 'rundll32.exe', args: ['shell32.dll,OpenAs_RunDLL', 'C:\\a.txt'] });
    assert.equal(programChooser('win32', 'x'), null);
  });
});

describe('starting', () => {
  it('understands its words, and leaves Chromium its own', () => {
    assert.deepEqual(parseStart(['--toggle', '--no-sandbox'], '/w'), { toggle: true, atLogin: false, dataDirectory: null, folders: [] });
    assert.deepEqual(parseStart(['--data-dir=d', 'Documents', '/a'], '/w'), { toggle: false, atLogin: false, dataDirectory: path.resolve('/w', 'd'), folders: [path.resolve('/w', 'Documents'), path.resolve('/a')] });
    assert.equal(parseStart(['--data-dir', '/x', '--at-login'], '/w').atLogin, true);
    assert.equal(parseStart(['--data-dir'], '/w').dataDirectory, path.resolve('/w'));
  });
  it('is the command line when a command is named', () => {
    const commands = path.join(import.meta.dirname, 'commands');
    assert.equal(commandOf(['--toggle'], commands), null);
    assert.equal(commandOf([], commands), null);
    assert.equal(commandOf(['../../etc'], commands), null);
    assert.deepEqual(commandOf(['--help'], commands), ['--help']);
  });
  it('at login on Linux is an entry that no path can break out of', () => {
    assert.match(autostartEntry('/opt/Findling/findling'), /^Exec="\/opt\/Findling\/findling" --at-login$/m);
    assert.match(autostartEntry('/home/a "b" $c `d` 100%\\x'), /^Exec="\/home\/a \\\\"b\\\\" \\\\\$c \\\\`d\\\\` 100%%\\\\\\\\x" --at-login$/m);
  });
});
