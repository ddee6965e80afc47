/**
 * Entry of the desktop app. The only file that loads Electron itself: everything else is handed its parts, so that it runs and is tested
 * on plain Node. No search logic here or beside it: the engine is a process of its own.
 */

import { spawn } from 'node:child_process';
import electron from 'electron';
import { appPlaces } from './app-places.ts';
import { commandOf, parseStart } from './command-line.ts';
import { Desktop } from './desktop.ts';
import { SCHEME } from './page-scheme.ts';

const { app, protocol } = electron;

// 1. Before anything is ready: the scheme's rights, and the sandbox for every page.
protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: false, corsEnabled: false } }]);
app.enableSandbox();

const args = process.argv.slice(app.isPackaged ? 1 : 2);
const places = appPlaces({ packaged: app.isPackaged, resourcesPath: process.resourcesPath, platform: process.platform, env: process.env });
const command = commandOf(args, places.commands);
const request = parseStart(args, process.cwd());

if (command !== null) {
  // 2. `findling search …`: the command line on the bundled Node, with this terminal. No window, no second app.
  const child = spawn(places.node, ['--disable-warning=ExperimentalWarning', places.commandLine, ...command], { stdio: 'inherit' });
  child.once('error', (error) => { console.error(`findling: ${error.message}`); app.exit(2); });
  child.once('exit', (code) => app.exit(code ?? 2));
} else if (!app.requestSingleInstanceLock({ request })) {
  // 3. One app for a person. A second start has handed over what it was asked, and ends.
  app.quit();
} else {
  const desktop = new Desktop(electron, request);
  app.on('second-instance', (_event, argv, workingDirectory) => desktop.startedAgain(parseStart(argv.slice(app.isPackaged ? 1 : 2), workingDirectory)));
  // A terminal's Ctrl-C and a session's end are a quit like any other.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => app.quit());
  // 4. The rest needs screens.
  app.whenReady().then(() => desktop.begin()).catch((error: unknown) => {
    // Without its start the app is a process that nobody sees.
    electron.dialog.showErrorBox('Findling', error instanceof Error ? error.message : String(error));
    app.exit(1);
  });
}
