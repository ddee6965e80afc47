/** Where the parts of the app lie: in the source tree, and in an installed app (scripts/package: the engine's tree stands beside the archive). */

import path from 'node:path';
import { packageRoot } from '../src/host/package-root.ts';

export interface AppPlaces {
  /** Node that the engine runs on: never Electron's own binary (docs/decisions.md). */
  readonly node: string;
  readonly engineModule: string;
  /** Entry of the command line, and the folder with one module a command. */
  readonly commandLine: string;
  readonly commands: string;
  /** `models/`, `sample/`. */
  readonly resources: string;
  /** The built page. */
  readonly page: string;
  readonly preload: string;
  /** Pictures of tray and windows. */
  readonly pictures: string;
}

export interface Surroundings {
  readonly packaged: boolean;
  /** `process.resourcesPath` of Electron. */
  readonly resourcesPath: string;
  readonly platform: NodeJS.Platform;
  /** `FINDLING_NODE`: bin/start.mjs gives the Node it runs on itself. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Folder of the engine's tree inside an installed app's resources. */
export const ENGINE_FOLDER = 'engine';

export function appPlaces({ packaged, resourcesPath, platform, env }: Surroundings): AppPlaces {
  const own = packageRoot();
  const engine = packaged ? path.join(resourcesPath, ENGINE_FOLDER) : own;
  return {
    node: packaged ? path.join(engine, platform === 'win32' ? 'node.exe' : 'node') : env['FINDLING_NODE'] ?? 'node',
    engineModule: path.join(engine, 'dist', 'src', 'engine-process.js'),
    commandLine: path.join(engine, 'bin', 'findling.mjs'),
    commands: path.join(engine, 'dist', 'src', 'cli', 'commands'),
    resources: path.join(engine, 'resources'),
    page: path.join(own, 'dist', 'renderer'),
    preload: path.join(own, 'dist', 'electron', 'preload.cjs'),
    pictures: path.join(own, 'resources', 'app'),
  };
}
