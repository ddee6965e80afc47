/**
 * The app, put together: engine, windows, panel, tray, key, menus. Numbered in the order a person would miss them. Electron comes in as
 * a value, so this file loads without it. What is decided anywhere is decided in the pure files beside this one.
 */

import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import path from 'node:path';
import type { DesktopState, DesktopView } from '../src/contract/desktop.ts';
import { openDataDirectory } from '../src/host/data-directory.ts';
import { version } from '../src/host/package-root.ts';
import { appPlaces, type AppPlaces } from './app-places.ts';
import { AppWindow } from './app-window.ts';
import { startArguments, type StartRequest } from './command-line.ts';
import { Ending } from './ending.ts';
import { readEarlySettings } from './early-settings.ts';
import { EngineHost } from './engine-host.ts';
import { EngineView } from './engine-view.ts';
import { guardApp } from './guard.ts';
import { HandedFolders, type FolderNotice } from './handed-folders.ts';
import { hitMenu, openWithCommand, programChooser } from './hit-menu.ts';
import { serveHostIpc, EVENT, PORT_OFFER } from './host-ipc.ts';
import { Hotkey } from './hotkey.ts';
import { setStartAtLogin, startsAtLogin, type LoginItemParts } from './login-item.ts';
import { appMenu, oneLine, trayMenu, type MenuActions } from './menus.ts';
import { relayPage } from './page-relay.ts';
import { answerScheme, PAGE_ORIGIN, SCHEME } from './page-scheme.ts';
import { Panel, panelOptions } from './panel.ts';
import { createUpdates, type Updates } from './updates.ts';
import { trayState, wordsFor, type AppWords } from './words.ts';

type Electron = typeof import('electron');

/** A tray that is rebuilt with every file would flicker. */
const TRAY_EVERY_MS = 500;

export class Desktop {
  readonly #electron: Electron;
  readonly #request: StartRequest;
  readonly #dataDirectory: string;
  readonly #places: AppPlaces;
  readonly #engine: EngineHost;
  readonly #view: EngineView;
  readonly #handed = new HandedFolders({ words: () => this.#words(), show: (notice) => this.#showNotice(notice) });
  readonly #hotkey: Hotkey;
  readonly #window: AppWindow;
  readonly #updates: Updates;
  readonly #actions: MenuActions;
  #panel: Panel | undefined;
  #panelWindow: Electron.BrowserWindow | undefined;
  #tray: Electron.Tray | undefined;
  #trayTimer: NodeJS.Timeout | undefined;
  #startsAtLogin = false;
  /** The menu bar changes with the language alone; setting it anew closes an open menu. */
  #menuLocale: string | null = null;
  readonly #ending: Ending;

  /** Errors: data-directory-denied. */
  constructor(electron: Electron, request: StartRequest) {
    const { app, globalShortcut } = electron;
    this.#electron = electron;
    this.#request = request;
    this.#dataDirectory = openDataDirectory(request.dataDirectory ?? undefined);
    this.#places = appPlaces({ packaged: app.isPackaged, resourcesPath: process.resourcesPath, platform: process.platform, env: process.env });
    this.#view = new EngineView({ onChange: () => this.#changed(), onSettings: () => this.#settingsChanged() });
    this.#engine = new EngineHost({
      connect: { dataDirectory: this.#dataDirectory, software: `findling desktop ${version()}`, node: this.#places.node, engineModule: this.#places.engineModule, resourcesDirectory: this.#places.resources },
      onState: () => this.#changed(),
      onClient: (client) => {
        this.#view.follow(client);
        this.#tellPower();
        this.#handed.follow(client);
      },
    });
    this.#handed.hand(request.folders);
    this.#hotkey = new Hotkey({ keys: globalShortcut, platform: process.platform, supported: keysWork(process.platform, process.env), pressed: () => this.#togglePanel() });
    this.#window = new AppWindow({ electron, dataDirectory: this.#dataDirectory, preload: this.#places.preload, hideOnClose: () => !this.#ending.begun && this.#tray !== undefined });
    this.#updates = createUpdates({ packaged: app.isPackaged, log: (message) => this.#log(message), onChange: () => this.#changed() });
    this.#ending = new Ending({
      stopEngine: () => this.#engine.stop(), installUpdate: () => this.#updates.installOnQuit(),
      startAfterEnd: (next) => this.#startAfterEnd(next), exit: () => app.exit(0),
    });
    this.#actions = {
      openWindow: (view, query) => this.#openWindow(view, query ?? null),
      togglePanel: () => this.#togglePanel(),
      pause: (minutes) => this.#tell('index.pause', minutes === null ? {} : { minutes }),
      resume: () => this.#tell('index.resume', undefined),
      indexOnBattery: () => this.#tell('settings.set', { onBattery: 'slow' }),
      quit: () => app.quit(),
    };
  }

  async begin(): Promise<void> {
    const { app, powerMonitor, protocol, session } = this.#electron;
    // 1. The engine takes longest to start.
    this.#engine.start();

    // 2. Guards, before there is anything to guard.
    guardApp(app, session.defaultSession);
    protocol.handle(SCHEME, (asked) => answerScheme(asked, { pageFolder: this.#places.page, pathOfFile: (id) => this.#pathOf(id), iconOf: (file) => this.#iconOf(file) }));
    serveHostIpc({
      electron: this.#electron, ours: () => this.#ownContents(), onRefused: (channel, why) => this.#log(`refused ${channel}: ${why}`),
      calls: {
        offerPort: (contentsId) => this.#offerPort(contentsId),
        chooseFolder: (contentsId) => this.#chooseFolder(contentsId),
        hidePanel: () => this.#panel?.hide(),
        openWindow: (view, query) => this.#openWindow(view, query),
        startDrag: (contentsId, fileId) => { void this.#startDrag(contentsId, fileId); },
        showHitMenu: (contentsId, fileId) => { void this.#showHitMenu(contentsId, fileId); },
        resizePanel: (height) => this.#panel?.resize(height),
        tryHotkey: async (accelerator) => this.#hotkey.try(accelerator),
        state: async () => this.#state(),
      },
    });

    // 3. What a person sees. The panel is made now, hidden, so that the key only has to show it.
    this.#startsAtLogin = await startsAtLogin(this.#loginParts());
    this.#makePanel();
    this.#makeTray();
    const { startHidden, hotkey } = readEarlySettings(this.#dataDirectory);
    this.#hotkey.set(hotkey);
    const hidden = this.#request.atLogin || startHidden;
    if (this.#request.toggle) this.#togglePanel();
    else if (!hidden || this.#tray === undefined) this.#openWindow('search', null);

    // 4. What happens around the app.
    powerMonitor.on('on-battery', () => this.#tellPower());
    powerMonitor.on('on-ac', () => this.#tellPower());
    powerMonitor.on('resume', () => this.#tell('host.power', { woke: true }));
    app.on('activate', () => this.#openWindow('search', null));
    // The app lives in the tray; without one, closing its window ends it.
    app.on('window-all-closed', () => { if (this.#tray === undefined && process.platform !== 'darwin') app.quit(); });
    app.on('before-quit', (event) => this.#quit(event));
    this.#changed();
  }

  /** A second start while this one runs, or is quitting: then it is too late for this one (ending.ts). */
  startedAgain(request: StartRequest): void {
    if (this.#ending.begun) return this.#ending.startAgain(request);
    this.#handed.hand(request.folders);
    if (request.toggle) this.#togglePanel();
    else this.#openWindow('search', null);
  }

  #quit(event: { preventDefault(): void }): void {
    if (this.#ending.begun) return;
    event.preventDefault();
    this.#hotkey.release();
    this.#window.keepPlace();
    this.#tray?.destroy();
    this.#ending.begin().catch((error: unknown) => this.#log(`the end was not clean: ${String(error)}`));
  }

  /** In a source tree the first argument is the app's folder. An AppImage's own program lies in a mount that goes with it. */
  #startAfterEnd(request: StartRequest): void {
    const { app } = this.#electron;
    const image = process.env['APPIMAGE'];
    app.relaunch({ args: [...(app.isPackaged ? [] : process.argv.slice(1, 2)), ...startArguments(request)], ...(image === undefined ? {} : { execPath: image }) });
  }

  #makePanel(): void {
    const { app, BrowserWindow, screen } = this.#electron;
    const window = new BrowserWindow(panelOptions(process.platform, this.#places.preload));
    this.#panelWindow = window;
    this.#panel = new Panel({
      window, platform: process.platform,
      screen: () => screen.getDisplayNearestPoint(screen.getCursorScreenPoint()).workArea,
      onShown: (fresh) => window.webContents.send(EVENT, { kind: 'panel-shown', fresh }),
      // On macOS only hiding the whole app gives the focus back; with its window open that would take the window away.
      yieldFocus: () => { if (process.platform === 'darwin' && !this.#window.isVisible) app.hide(); },
    });
    // A page that ended is loaded again at once: the key must work.
    window.webContents.on('render-process-gone', (_event, { reason }) => {
      this.#log(`the panel's page ended: ${reason}`);
      if (!this.#ending.begun && reason !== 'clean-exit') void window.loadURL(`${PAGE_ORIGIN}/index.html#/panel`);
    });
    void window.loadURL(`${PAGE_ORIGIN}/index.html#/panel`);
  }

  /** Some desktops have no tray, and say so by an exception or by nothing at all. */
  #makeTray(): void {
    const { nativeImage, Tray } = this.#electron;
    try {
      this.#tray = new Tray(nativeImage.createFromPath(path.join(this.#places.pictures, `tray-idle${process.platform === 'darwin' ? 'Template' : ''}.png`)));
      this.#tray.on('click', () => { if (process.platform !== 'darwin') this.#togglePanel(); });
    } catch (error) {
      this.#log(`there is no tray: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** Anything the tray, the menus or the pages show may be another now. */
  #changed(): void {
    if (this.#trayTimer !== undefined || this.#ending.begun) return;
    this.#trayTimer = setTimeout(() => {
      this.#trayTimer = undefined;
      this.#redraw();
    }, TRAY_EVERY_MS);
  }

  #redraw(): void {
    if (this.#ending.begun || !this.#electron.app.isReady()) return;
    const { Menu, nativeImage } = this.#electron;
    const words = this.#words();
    const state = trayState(words, this.#engine.state, this.#view.status);
    const { hotkey, hotkeyState } = this.#hotkey.state;
    if (this.#tray !== undefined && !this.#tray.isDestroyed()) {
      this.#tray.setImage(nativeImage.createFromPath(path.join(this.#places.pictures, `tray-${state.picture}${process.platform === 'darwin' ? 'Template' : ''}.png`)));
      this.#tray.setToolTip(`Findling · ${oneLine(state.text)}`);
      this.#tray.setContextMenu(Menu.buildFromTemplate(trayMenu(words, state, this.#view.recents, hotkeyState === 'registered' ? hotkey : null, this.#actions)));
    }
    if (words.locale !== this.#menuLocale) {
      this.#menuLocale = words.locale;
      Menu.setApplicationMenu(Menu.buildFromTemplate(appMenu(words, process.platform, this.#actions)));
    }
    this.#window.showProgress(state.progress);
    const event = { kind: 'state', state: this.#state() } as const;
    for (const contents of this.#contents()) contents.send(EVENT, event);
  }

  #settingsChanged(): void {
    const settings = this.#view.settings;
    if (settings === null) return;
    this.#hotkey.set(settings.hotkey);
    this.#updates.follow(settings.updates);
    if (settings.startAtLogin !== this.#startsAtLogin) {
      this.#startsAtLogin = settings.startAtLogin;
      setStartAtLogin(settings.startAtLogin, this.#loginParts()).catch((error: unknown) => this.#log(`start at login could not be set: ${String(error)}`));
    }
    this.#changed();
  }

  #state(): DesktopState {
    const engine = this.#engine.state;
    return {
      version: version(), ...this.#hotkey.state, startsAtLogin: this.#startsAtLogin, tray: this.#tray !== undefined,
      engine: engine.kind, engineTrouble: engine.kind === 'waiting' ? engine.why : null, update: this.#updates.state,
    };
  }

  #words(): AppWords {
    return wordsFor(this.#view.settings?.language ?? 'system', this.#electron.app.getLocale());
  }

  #togglePanel(): void {
    this.#panel?.toggle();
  }

  #openWindow(view: DesktopView, query: string | null): void {
    this.#panel?.hide();
    this.#window.open(view, query);
  }

  async #chooseFolder(contentsId: number): Promise<string | null> {
    const { BrowserWindow, dialog } = this.#electron;
    const owner = BrowserWindow.getAllWindows().find((window) => window.webContents.id === contentsId);
    const options: Electron.OpenDialogOptions = { title: this.#words().chooseFolder, properties: ['openDirectory', 'createDirectory'] };
    const chosen = await (owner === undefined ? dialog.showOpenDialog(options) : dialog.showOpenDialog(owner, options));
    return chosen.filePaths[0] ?? null;
  }

  /** Waits for nobody: the app goes on behind it. */
  #showNotice({ message, detail }: FolderNotice): void {
    const options: Electron.MessageBoxOptions = { type: 'warning', title: 'Findling', message, detail };
    const owner = this.#window.isVisible ? this.#window.browserWindow : undefined;
    const { dialog } = this.#electron;
    (owner === undefined ? dialog.showMessageBox(options) : dialog.showMessageBox(owner, options)).catch((error: unknown) => this.#log(`${message}: ${detail} (${String(error)})`));
  }

  #offerPort(contentsId: number): void {
    const contents = this.#contents().find((candidate) => candidate.id === contentsId);
    if (contents === undefined) return;
    const { port1, port2 } = new this.#electron.MessageChannelMain();
    contents.postMessage(PORT_OFFER, null, [port2]);
    void relayPage(port1, () => this.#engine.openSocket());
  }

  async #startDrag(contentsId: number, fileId: number): Promise<void> {
    const file = await this.#pathOf(fileId).catch(() => null);
    const contents = this.#contents().find((candidate) => candidate.id === contentsId);
    if (file === null || contents === undefined) return;
    const icon = await this.#electron.app.getFileIcon(file).catch(() => this.#electron.nativeImage.createEmpty());
    contents.startDrag({ file, icon });
  }

  async #showHitMenu(contentsId: number, fileId: number): Promise<void> {
    const { BrowserWindow, clipboard, Menu } = this.#electron;
    const file = await this.#pathOf(fileId).catch(() => null);
    const window = BrowserWindow.getAllWindows().find((candidate) => candidate.webContents.id === contentsId);
    if (file === null || window === undefined) return;
    Menu.buildFromTemplate(hitMenu(this.#words(), {
      open: () => this.#tell('files.open', { fileId }),
      openWith: () => { void this.#openWith(window, file); },
      reveal: () => this.#tell('files.reveal', { fileId }),
      copyPath: () => clipboard.writeText(file),
    })).popup({ window });
  }

  async #openWith(window: Electron.BrowserWindow, file: string): Promise<void> {
    const chooser = programChooser(process.platform, this.#words().openWith);
    const program = chooser === null ? null : (await this.#electron.dialog.showOpenDialog(window, chooser)).filePaths[0];
    if (program === undefined) return;
    const { command, args } = openWithCommand(process.platform, file, program);
    const child = spawn(command, [...args], { detached: true, stdio: 'ignore', windowsHide: true });
    child.once('error', (error) => this.#log(`${command}: ${error.message}`));
    child.unref();
  }

  async #pathOf(fileId: number): Promise<string | null> {
    const preview = await this.#engine.client?.call('files.preview', { fileId });
    return preview?.file.path ?? null;
  }

  async #iconOf(file: string): Promise<Uint8Array> {
    return (await this.#electron.app.getFileIcon(file, { size: 'normal' })).toPNG();
  }

  #tellPower(): void {
    this.#tell('host.power', { onBattery: this.#electron.powerMonitor.isOnBatteryPower() });
  }

  /** A call whose failure needs no answer: the state that follows shows it. */
  #tell(name: 'index.pause' | 'index.resume' | 'settings.set' | 'host.power' | 'files.open' | 'files.reveal', input: never | object | undefined): void {
    // Each caller gives the input of its own call; the engine checks it.
    this.#engine.client?.call(name, input as never).catch((error: unknown) => this.#log(`${name} failed: ${error instanceof Error ? error.message : String(error)}`));
  }

  #contents(): readonly Electron.WebContents[] {
    return [this.#panelWindow, this.#window.browserWindow].flatMap((window) => (window === undefined || window.isDestroyed() ? [] : [window.webContents]));
  }

  #ownContents(): ReadonlySet<number> {
    return new Set(this.#contents().map((contents) => contents.id));
  }

  #loginParts(): LoginItemParts {
    const config = process.env['XDG_CONFIG_HOME'];
    return {
      app: this.#electron.app, platform: process.platform, program: process.env['APPIMAGE'] ?? process.execPath,
      configFolder: config !== undefined && path.isAbsolute(config) ? config : path.join(homedir(), '.config'),
    };
  }

  #log(message: string): void {
    console.error(`findling: ${message}`);
  }
}

/** Wayland lets no program take keys from others; X11, Windows and macOS do. */
function keysWork(platform: NodeJS.Platform, env: Readonly<Record<string, string | undefined>>): boolean {
  return platform !== 'linux' || env['XDG_SESSION_TYPE'] !== 'wayland';
}
