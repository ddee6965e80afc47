/** The desktop host's parts on plain Node, with a real engine and real files: what Electron itself would hand in is handed in by the test. */

import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { readEarlySettings } from '../../electron/early-settings.ts';
import { EngineHost, type EngineState } from '../../electron/engine-host.ts';
import { EngineView } from '../../electron/engine-view.ts';
import { HandedFolders, type FolderNotice } from '../../electron/handed-folders.ts';
import { EVENT, serveHostIpc, type HostCalls } from '../../electron/host-ipc.ts';
import { readPlace, keepPlace } from '../../electron/kept-places.ts';
import { setStartAtLogin, startsAtLogin } from '../../electron/login-item.ts';
import { relayPage, type RelayPort } from '../../electron/page-relay.ts';
import { answerScheme, PAGE_POLICY, type SchemeOptions } from '../../electron/page-scheme.ts';
import { createUpdates, type Updater } from '../../electron/updates.ts';
import { wordsFor } from '../../electron/words.ts';
import { PROTOCOL_VERSION, type EngineProtocol } from '../../src/contract/calls.ts';
import { DEFAULT_SETTINGS } from '../../src/config.ts';
import { ERROR_CODES } from '../../src/contract/errors.ts';
import { Client } from '../../src/rpc/client.ts';
import { messagePortTransport, type PortLike } from '../../src/rpc/message-port.ts';
import { eventually, testPlace } from '../fixtures/engine.ts';

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Electron's main-process port on Node's: an event with `data`. */
function relayPort(port: MessagePort): RelayPort {
  return {
    on(event: string, listener: (event: { readonly data: unknown }) => void) {
      if (event === 'message') port.on('message', (data: unknown) => listener({ data }));
      else port.on('close', () => listener({ data: undefined }));
    },
    postMessage: (message) => port.postMessage(message), start: () => port.start(), close: () => port.close(),
  };
}

function pageClient(port: MessagePort): Client<EngineProtocol> {
  const like: PortLike = { postMessage: (message) => port.postMessage(message), onmessage: null, close: () => port.close() };
  port.on('message', (data: unknown) => like.onmessage?.({ data }));
  const transport = messagePortTransport(like);
  port.on('close', () => transport.ended('closed'));
  return new Client<EngineProtocol>(transport, { protocolVersion: PROTOCOL_VERSION, software: 'page' });
}

describe('folders that a start of the app names', () => {
  let place: Awaited<ReturnType<typeof testPlace>>;
  let host: EngineHost;
  const shown: FolderNotice[] = [];
  const handed = new HandedFolders({ words: () => wordsFor('en', 'en'), show: (notice) => shown.push(notice) });
  const watched = async (): Promise<readonly string[]> => ((await host.client?.call('roots.list', undefined)) ?? []).map((root) => root.path);
  before(async () => {
    place = await testPlace();
    for (const name of ['first', 'second/inner', 'third']) await mkdir(path.join(place.files, name), { recursive: true });
    await writeFile(path.join(place.files, 'list.txt'), 'Bread and salt.\n');
    host = new EngineHost({ connect: { dataDirectory: place.data, software: 'test', node: process.execPath }, onState() {}, onClient: (client) => handed.follow(client) });
  });
  after(async () => {
    await host.stop();
    await place.remove();
  });

  it('wait for the engine', async () => {
    handed.hand([path.join(place.files, 'first')]);
    host.start();
    await eventually('the folder to be watched', async () => (await watched()).length === 1);
    assert.deepEqual(shown, []);
  });
  it('that cannot be added by a second start are shown, all in one notice, and the others are added', async () => {
    const [missing, file, inner, outer] = ['nowhere\u202E', 'list.txt', 'second/inner', 'second'].map((name) => path.join(place.files, name)) as [string, string, string, string];
    handed.hand([missing, inner, file, outer, place.data]);
    await eventually('the notice', () => shown.length > 0);
    assert.deepEqual(shown, [{
      message: 'These folders are not watched',
      detail: [
        `${path.join(place.files, 'nowhere')}\nIt does not exist. Check the path.`, `${file}\nIt is a file. Choose a folder.`,
        `${outer}\nIt contains a folder that is already watched. Remove that one first.`, `${place.data}\nIt holds the index itself.`,
      ].join('\n\n'),
    }]);
    assert.deepEqual(await watched(), [path.join(place.files, 'first'), inner]);
    shown.splice(0);
  });
  it('that are watched already, alone or in another, need no word', async () => {
    await mkdir(path.join(place.files, 'first', 'deeper'));
    handed.hand([path.join(place.files, 'first'), path.join(place.files, 'first', 'deeper'), path.join(place.files, 'gone')]);
    await eventually('the notice of the one that is gone', () => shown.length > 0);
    assert.deepEqual(shown, [{ message: 'This folder is not watched', detail: `${path.join(place.files, 'gone')}\nIt does not exist. Check the path.` }]);
    shown.splice(0);
  });
  it('are added after the engine was killed meanwhile', async () => {
    const { state } = host;
    assert.ok(state.kind === 'running');
    process.kill(state.pid, 'SIGKILL');
    handed.hand([path.join(place.files, 'third')]);
    await eventually('the folder to be watched by another engine', async () => host.state.kind === 'running' && host.state.pid !== state.pid && (await watched()).includes(path.join(place.files, 'third')));
    assert.deepEqual(shown, []);
  });
  it('have words in every language for what can be wrong with them', () => {
    const [english, chinese] = [wordsFor('en', 'en').folderProblems, wordsFor('zh-CN', 'en').folderProblems];
    assert.deepEqual(Object.keys(chinese).sort(), Object.keys(english).sort());
    for (const code of Object.keys(english)) assert.ok(code in ERROR_CODES, code);
  });
});

describe('the engine of the desktop app', () => {
  let place: Awaited<ReturnType<typeof testPlace>>;
  let host: EngineHost;
  const states: EngineState[] = [];
  let clients = 0;
  const view = new EngineView({ onChange() {}, onSettings() {} });
  before(async () => {
    place = await testPlace();
    await writeFile(path.join(place.files, 'rent.md'), 'The landlord pays for the roof.\n');
    host = new EngineHost({
      connect: { dataDirectory: place.data, software: 'test', node: process.execPath },
      onState: (state) => states.push(state),
      onClient: (client) => { clients += 1; view.follow(client); },
    });
    host.start();
  });
  after(async () => {
    await host.stop();
    await place.remove();
  });
  const running = async (): Promise<number> => {
    await eventually('the engine to run', () => host.state.kind === 'running');
    return host.state.kind === 'running' ? host.state.pid : 0;
  };

  it('is started, and its settings and status are followed', async () => {
    await running();
    await eventually('settings and status', () => view.settings !== null && view.status !== null);
    assert.equal(clients, 1);
  });
  it('answers a page over a relayed port', async () => {
    const { port1, port2 } = new MessageChannel();
    await relayPage(relayPort(port1), () => host.openSocket());
    const page = pageClient(port2);
    const root = await page.call('roots.add', { path: place.files });
    assert.equal(root.path, place.files);
    await assert.rejects(page.call('roots.add', { path: 'relative' }), { code: 'bad-input' });
    await assert.rejects(page.call('no.such' as 'roots.list', undefined), { code: 'unknown-call' });
    const files = await page.call('index.settled', undefined);
    assert.equal(files.counts.indexed, 1);
    const closed = once(port1, 'close');
    page.close();
    await closed;
  });
  it('keeps what a page sends before the engine answers', async () => {
    const { port1, port2 } = new MessageChannel();
    let open = (): void => {};
    const opened = new Promise<void>((resolve) => { open = resolve; });
    void relayPage(relayPort(port1), async () => { await opened; return host.openSocket(); });
    const page = pageClient(port2);
    const asked = page.call('engine.info', undefined);
    open();
    assert.equal((await asked).dataDirectory, place.data);
    page.close();
  });
  it('closes the port of a page whose engine cannot be reached', async () => {
    const { port1, port2 } = new MessageChannel();
    const closed = once(port2, 'close');
    await relayPage(relayPort(port1), () => Promise.reject(new Error('no engine')));
    await closed;
  });
  it('that was killed is started again, and a page learns of it', async () => {
    const pid = await running();
    const { port1, port2 } = new MessageChannel();
    await relayPage(relayPort(port1), () => host.openSocket());
    const page = pageClient(port2);
    await page.call('engine.info', undefined);
    const ended = once(port2, 'close');
    process.kill(pid, 'SIGKILL');
    await ended;
    await eventually('another engine', () => host.state.kind === 'running' && host.state.pid !== pid);
    assert.ok(states.some((state) => state.kind === 'waiting'), 'it said so');
    await eventually('the new one is followed', () => clients === 2 && view.status !== null);
  });
  it('ends with the app, and stays ended', async () => {
    const pid = await running();
    await host.stop();
    await eventually('it to be gone', () => !isAlive(pid));
    host.start();
    assert.equal(host.state.kind, 'stopped');
  });
  it('that hangs is ended all the same', async () => {
    const second = new EngineHost({ connect: { dataDirectory: place.data, software: 'test', node: process.execPath }, onState() {}, onClient() {} });
    second.start();
    await eventually('the engine to run', () => second.state.kind === 'running');
    const pid = second.state.kind === 'running' ? second.state.pid : 0;
    process.kill(pid, 'SIGSTOP');
    await second.stop();
    await eventually('it to be gone', () => !isAlive(pid));
  });
  it('that cannot start is told with the reason and tried again', async () => {
    const told: EngineState[] = [];
    const broken = new EngineHost({ connect: { dataDirectory: place.data, software: 'test', node: process.execPath, engineModule: path.join(place.files, 'none.js') }, onState: (state) => told.push(state), onClient() {} });
    broken.start();
    await eventually('two failures', () => told.filter((state) => state.kind === 'waiting').length >= 2);
    const first = told.find((state) => state.kind === 'waiting');
    assert.match(first?.kind === 'waiting' ? first.why : '', /did not start/);
    await broken.stop();
  });
});

describe('app://', () => {
  let place: Awaited<ReturnType<typeof testPlace>>;
  let options: SchemeOptions;
  before(async () => {
    place = await testPlace();
    const pageFolder = path.join(place.data, 'page');
    await mkdir(path.join(pageFolder, 'assets'), { recursive: true });
    await writeFile(path.join(pageFolder, 'index.html'), '<!doctype html>page');
    await writeFile(path.join(pageFolder, 'assets', 'a.js'), 'export {};');
    await writeFile(path.join(place.data, 'secret.txt'), 'secret');
    await symlink(path.join(place.data, 'secret.txt'), path.join(pageFolder, 'assets', 'leak.js'));
    const files: Readonly<Record<number, string>> = { 1: 'a.png', 2: 'note.md', 3: 'link.png', 4: 'folder.png', 5: 'gone.png', 6: 'x.svg' };
    await writeFile(path.join(place.files, 'a.png'), 'png');
    await writeFile(path.join(place.files, 'x.svg'), '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
    await writeFile(path.join(place.files, 'note.md'), 'text');
    await symlink(path.join(place.data, 'secret.txt'), path.join(place.files, 'link.png'));
    await mkdir(path.join(place.files, 'folder.png'));
    options = { pageFolder, pathOfFile: async (id) => (files[id] === undefined ? null : path.join(place.files, files[id])), iconOf: async () => new Uint8Array([1, 2, 3]) };
  });
  after(() => place.remove());
  const get = (url: string, method = 'GET'): Promise<Response> => answerScheme({ url, method }, options);

  it('serves the page under a policy without inline script, frames or network', async () => {
    for (const address of ['app://findling/', 'app://findling/index.html', 'app://findling/index.html#/panel', 'app://findling/assets/a.js']) {
      const answer = await get(address);
      assert.deepEqual([answer.status, answer.headers.get('content-security-policy'), answer.headers.get('x-content-type-options')], [200, PAGE_POLICY, 'nosniff'], address);
    }
    assert.match(PAGE_POLICY, /connect-src 'none'/);
    assert.doesNotMatch(PAGE_POLICY, /unsafe|\*|https?:|data:/);
  });
  it('serves nothing outside the page’s folder', async () => {
    for (const address of [
      'app://findling/../secret.txt', 'app://findling/%2e%2e/secret.txt', 'app://findling/..%2fsecret.txt', 'app://findling/assets/%2e%2e%2f%2e%2e%2fsecret.txt', 'app://findling/assets/leak.js', 'app://findling/.hidden',
      'app://findling//etc/passwd', 'app://findling/C:/windows', 'app://other/index.html', 'app://findling:1/index.html', 'app://user@findling/index.html', 'https://findling/index.html', 'nonsense', 'app://findling/%',
    ]) assert.equal((await get(address)).status, 404, address);
    assert.equal((await get('app://findling/index.html', 'POST')).status, 405);
  });
  it('serves images by id alone, and such that nothing in them runs', async () => {
    const answer = await get('app://file/1');
    assert.deepEqual([answer.status, answer.headers.get('content-type'), await answer.text()], [200, 'image/png', 'png']);
    const svg = await get('app://file/6');
    assert.match(svg.headers.get('content-security-policy') ?? '', /^default-src 'none';.*sandbox$/);
    for (const address of ['app://file/2', 'app://file/3', 'app://file/4', 'app://file/5', 'app://file/99', 'app://file/0', 'app://file/-1', 'app://file/1/../2', 'app://file/1.png', 'app://file/%2fetc%2fpasswd', 'app://file/']) assert.equal((await get(address)).status, 404, address);
    assert.equal((await get('app://icon/2')).headers.get('content-type'), 'image/png');
    assert.equal((await get('app://icon/99')).status, 404);
  });
});

describe('messages from pages', () => {
  const refused: string[] = [];
  const done: string[] = [];
  const listeners = new Map<string, (event: unknown, input: unknown) => void>();
  const handlers = new Map<string, (event: unknown, input: unknown) => Promise<unknown>>();
  const calls: HostCalls = {
    offerPort: (id) => done.push(`port ${id}`), chooseFolder: async () => '/chosen', hidePanel: () => done.push('hide'), openWindow: (view, query) => done.push(`open ${view} ${query}`), startDrag: (_, id) => done.push(`drag ${id}`),
    showHitMenu: (_, id) => done.push(`menu ${id}`), resizePanel: (height) => done.push(`height ${height}`), tryHotkey: async (key) => (key === 'Alt+Space' ? 'taken' : 'free'), state: async () => { throw new Error('not asked here'); },
  };
  serveHostIpc({
    electron: { ipcMain: { on: (channel: string, listener: never) => { listeners.set(channel, listener); }, handle: (channel: string, handler: never) => { handlers.set(channel, handler); } } as never }, // The two methods that are used.
    calls, ours: () => new Set([7]), onRefused: (channel, why) => refused.push(`${channel}: ${why}`),
  });
  const from = (id: number, url: string, parent: unknown = null): unknown => ({ sender: { id }, senderFrame: { url, parent } });
  const own = from(7, 'app://findling/index.html#/panel');

  it('are heard from our own top frames', async () => {
    listeners.get('host:hide-panel')?.(own, undefined);
    listeners.get('host:open-window')?.(own, { view: 'settings', query: null });
    listeners.get('findling:port-please')?.(own, undefined);
    assert.deepEqual(done.splice(0), ['hide', 'open settings null', 'port 7']);
    assert.equal(await handlers.get('host:choose-folder')?.(own, undefined), '/chosen');
    assert.equal(await handlers.get('host:try-hotkey')?.(own, { accelerator: 'Alt+Space' }), 'taken');
  });
  it('are refused from frames, other windows, other addresses and pages that are gone', async () => {
    for (const event of [from(7, 'https://example.com/'), from(7, 'app://file/1'), from(8, 'app://findling/index.html'), from(7, 'app://findling/index.html', {}), { sender: { id: 7 }, senderFrame: null }]) {
      for (const listener of listeners.values()) listener(event, { view: 'search', query: null, fileId: 1, height: 1 });
      for (const handler of handlers.values()) await assert.rejects(handler(event, { accelerator: 'Alt+Space' }), { code: 'unauthorized' });
      assert.deepEqual(done, []);
      assert.ok(refused.splice(0).length >= listeners.size);
    }
  });
  it('are refused with anything but what the call takes', async () => {
    for (const [channel, input] of [['host:open-window', { view: '../x', query: null }], ['host:open-window', { view: 'search' }], ['host:start-drag', { fileId: '/etc/passwd' }], ['host:start-drag', { fileId: 1.5 }], ['host:resize-panel', { height: Number.NaN }], ['host:hide-panel', { extra: 1 }], ['host:open-window', { view: 'search', query: 'x'.repeat(3000) }]] as const) listeners.get(channel)?.(own, input);
    assert.deepEqual(done, []);
    assert.equal(refused.splice(0).length, 7);
    await assert.rejects(async () => handlers.get('host:try-hotkey')?.(own, { accelerator: 'Alt+Space; rm -rf' }), { code: 'bad-input' });
  });
  it('have one name for what the app tells', () => assert.equal(EVENT, 'host:event'));
});

describe('what the app keeps and does around itself', () => {
  let place: Awaited<ReturnType<typeof testPlace>>;
  before(async () => { place = await testPlace(); });
  after(() => place.remove());

  it('a window’s place survives, and a damaged one is forgotten', async () => {
    assert.equal(readPlace(place.data), null);
    const kept = { x: 1, y: 2, width: 800, height: 600, maximized: true };
    assert.equal(keepPlace(place.data, kept), true);
    assert.deepEqual(readPlace(place.data), kept);
    await writeFile(path.join(place.data, 'window.json'), '{"x":');
    assert.equal(readPlace(place.data), null);
    assert.equal(keepPlace(path.join(place.data, 'none'), kept), false);
  });
  it('what cannot wait for the engine is read from the settings’ file, and a damaged one is left for the engine', async () => {
    const file = path.join(place.data, 'config.json');
    assert.deepEqual([readEarlySettings(place.data).startHidden, readEarlySettings(place.data).hotkey], [false, 'default']);
    await writeFile(file, JSON.stringify({ startHidden: true, hotkey: 'Alt+Space', server: { key: 'secret' }, ofANewerVersion: 1 }));
    assert.deepEqual([readEarlySettings(place.data).startHidden, readEarlySettings(place.data).hotkey], [true, 'Alt+Space']);
    for (const text of ['{"startHidden":', '[]', '{"startHidden":"yes"}', 'null']) {
      await writeFile(file, text);
      assert.equal(readEarlySettings(place.data).startHidden, false);
      assert.equal(await readFile(file, 'utf8'), text);
    }
  });
  it('starting at login on Linux is a file of the desktop’s own kind, gone when not wanted', async () => {
    const parts = { app: { getLoginItemSettings: () => { throw new Error('not on Linux'); }, setLoginItemSettings: () => { throw new Error('not on Linux'); } } as never, platform: 'linux' as const, program: '/opt/Find ling/findling', configFolder: path.join(place.data, 'config') };
    assert.equal(await startsAtLogin(parts), false);
    await setStartAtLogin(true, parts);
    assert.match(await readFile(path.join(parts.configFolder, 'autostart', 'findling.desktop'), 'utf8'), /^Exec="\/opt\/Find ling\/findling" --at-login$/m);
    assert.equal(await startsAtLogin(parts), true);
    await setStartAtLogin(false, parts);
    assert.equal(await startsAtLogin(parts), false);
  });
  it('updates are not even loaded until the person allows looking, and a failure is quiet', async () => {
    let loaded = 0;
    const updater = Object.assign(new EventEmitter(), { autoDownload: true, autoInstallOnAppQuit: true, checkForUpdates: async () => { updater.emit('update-available', { version: '9.9.9' }); }, quitAndInstall() {} }) as Updater & EventEmitter;
    const said: string[] = [];
    const updates = createUpdates({ packaged: true, log: (message) => said.push(message), onChange() {}, load: async () => { loaded += 1; return updater; } });
    updates.follow(DEFAULT_SETTINGS.updates);
    assert.equal(loaded, 0);
    updates.follow('notify');
    await eventually('the news', () => updates.state?.version === '9.9.9');
    assert.deepEqual([loaded, updater.autoDownload, updater.autoInstallOnAppQuit, updates.state?.state], [1, false, false, 'found']);
    updater.checkForUpdates = () => Promise.reject(new Error('no network'));
    updates.follow('install');
    await eventually('the failure to be logged', () => said.some((message) => message.includes('no network')));
    updates.follow('off');
    const unpackaged = createUpdates({ packaged: false, log() {}, onChange() {}, load: async () => { loaded += 1; return updater; } });
    unpackaged.follow('install');
    assert.equal(loaded, 1);
  });
});
