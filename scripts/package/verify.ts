/**
 * `node scripts/package/verify.ts [folder]`: proves an assembled tree (or the resources of a packed app) as far as it can be without
 * Electron: nothing is missing, nothing foreign is in it, sizes are told, and the engine starts from it, on its own Node, with an empty
 * environment, indexes the sample and finds by words and by meaning. Ends non-zero with the reason.
 */

import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

export interface Verified {
  readonly files: number;
  readonly bytes: number;
  /** Path of the hit that the question by meaning found first. */
  readonly found: string;
}

const REQUIRED = [
  'package.json', 'LICENSE', 'THIRD_PARTY_NOTICES.md', 'bin/findling.mjs', 'bin/runtime.mjs', 'bin/prepare.mjs',
  'dist/src/engine-process.js', 'dist/src/cli/main.js', 'dist/src/embed/embed-process.js', 'dist/src/watch/watch-process.js', 'dist/renderer/index.html',
  'resources/models/findling-static-multilingual/model.json', 'resources/models/findling-static-multilingual/model.onnx', 'resources/models/findling-static-multilingual/tokenizer.json',
  'resources/sample-manifest.json', 'node_modules/onnxruntime-node/package.json', 'node_modules/@lancedb/lancedb/package.json', 'node_modules/chokidar/package.json', 'node_modules/pdfjs-dist/legacy/build/pdf.mjs',
] as const;

/** What may never be in an installed app: sources, maps, tests, other systems' binaries, development packages. */
const FOREIGN = /\.(ts|tsx|map)$|(^|\/)(tests?|__tests__)\/|node_modules\/(electron|electron-builder|playwright-core|vite|typescript|@sparticuz|openai|@langchain)\//;
const OF_SYSTEM: Readonly<Record<string, RegExp>> = { linux: /\b(linux)\b/, darwin: /\b(darwin|macos)\b/, win32: /\b(win32|windows)\b/ };

const ENGINE_MS = 120_000;
/** Asked in words that the sample's answer does not use. */
const QUESTION = 'how do I bake my own loaf at home';

/** Errors: what is missing or foreign, by path; what the engine says. */
export async function verify(engine: string, platform: NodeJS.Platform = process.platform): Promise<Verified> {
  const all = readdirSync(engine, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files = all.map((file) => file.slice(engine.length + 1).replaceAll('\\', '/'));
  const node = platform === 'win32' ? 'node.exe' : 'node';
  const missing = [...REQUIRED, node].filter((file) => !existsSync(join(engine, file)));
  if (missing.length > 0) throw new Error(`missing: ${missing.join(', ')}`);
  const foreign = files.filter((file) => (FOREIGN.test(file) && !file.startsWith('resources/')) || isOfOtherSystem(file, platform));
  if (foreign.length > 0) throw new Error(`foreign: ${foreign.slice(0, 20).join(', ')}${foreign.length > 20 ? ` and ${foreign.length - 20} more` : ''}`);
  if (platform !== 'win32' && (statSync(join(engine, node)).mode & 0o111) === 0) throw new Error('the bundled Node is not executable');
  const bytes = all.reduce((sum, file) => sum + statSync(file).size, 0);
  return { files: files.length, bytes, found: await searchFrom(engine, join(engine, node)) };
}

function isOfOtherSystem(file: string, platform: NodeJS.Platform): boolean {
  if (!/\.(node|so[.\d]*|dylib|dll)$/.test(file)) return false;
  const others = Object.entries(OF_SYSTEM).filter(([name]) => name !== platform).map(([, pattern]) => pattern);
  return others.some((pattern) => pattern.test(file)) && OF_SYSTEM[platform]?.test(file) !== true;
}

async function searchFrom(engine: string, node: string): Promise<string> {
  const data = realpathSync(mkdtempSync(join(tmpdir(), 'findling-package-')));
  // Nothing of this machine: no NODE_PATH, no npm, no Node on the PATH.
  const env: NodeJS.ProcessEnv = { HOME: data, PATH: '/nonexistent', FINDLING_DATA_DIR: data, ...(process.platform === 'win32' ? { SystemRoot: process.env['SystemRoot'], TEMP: data, LOCALAPPDATA: data } : {}) };
  const findling = (...args: readonly string[]): Promise<{ readonly stdout: string }> => promisify(execFile)(node, ['--disable-warning=ExperimentalWarning', join(engine, 'bin', 'findling.mjs'), ...args], { env, cwd: data, timeout: ENGINE_MS });
  try {
    await findling('index', '--quiet', join(engine, 'resources', 'sample'));
    const { stdout } = await findling('search', '--json', QUESTION);
    const hits = (JSON.parse(stdout) as { hits: readonly { path: string; tiers: readonly string[] }[] }).hits; // Our own format.
    const hit = hits.find(({ tiers }) => tiers.includes('meaning'));
    if (hit === undefined) throw new Error(`the question "${QUESTION}" finds nothing by meaning`);
    return hit.path;
  } finally {
    await findling('stop').catch(() => undefined);
    rmSync(data, { recursive: true, force: true });
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const repository = fileURLToPath(new URL('../..', import.meta.url));
  const engine = process.argv[2] ?? join(repository, 'dist', 'package', 'engine');
  const { files, bytes, found } = await verify(realpathSync(engine));
  process.stdout.write(`${engine}: ${files} files, ${(bytes / 1e6).toFixed(1)} MB; "${QUESTION}" finds ${found}\n`);
}
