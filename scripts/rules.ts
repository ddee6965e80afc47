/**
 * The house rules that neither the compiler nor the linter knows: who may import whom (DESIGN section 2), and how files are
 * named, sized and opened. Pure: a path and a text in, violations out, so that the rules have tests of their own.
 * Imports are found by pattern, not by a parser: the code base has no strings that look like imports.
 */

import path from 'node:path';

export interface Violation {
  readonly rule: string;
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  readonly message: string;
}

interface Import {
  readonly specifier: string;
  readonly line: number;
}

/** Files are split before this (DESIGN section 9); data in TypeScript's clothes may be longer. */
const MAX_LINES = 400;
const MAY_BE_LONG: readonly RegExp[] = [/^resources\//, /^training\//, /^tests\/eval\//];

interface ImportRule {
  readonly rule: string;
  /** Which files it is about, by repository path. */
  readonly files: RegExp;
  readonly except?: RegExp;
  /** What these files may import; relative imports are resolved to repository paths, others stay as written. */
  readonly allow?: readonly RegExp[];
  readonly deny?: readonly RegExp[];
  readonly why: string;
}

const IMPORT_RULES: readonly ImportRule[] = [
  { rule: 'contract-alone', files: /^src\/contract\//, allow: [/^src\/contract\//], why: 'the contract imports nothing outside itself' },
  { rule: 'rpc-portable', files: /^src\/rpc\//, except: /^src\/rpc\/node\//, allow: [/^src\/contract\//, /^src\/rpc\/(?!node\/)/], why: 'rpc outside node/ runs in pages too: only contract and rpc' },
  { rule: 'rpc-node', files: /^src\/rpc\/node\//, allow: [/^src\/contract\//, /^src\/rpc\//, /^node:/, /^ws$/], why: 'rpc knows no part of the engine' },
  { rule: 'page', files: /^renderer\//, allow: [/^renderer\//, /^src\/contract\//, /^src\/rpc\/(?!node\/)/, /^react(-dom)?(\/|$)/], why: 'the page imports only contract, rpc and React' },
  { rule: 'engine-without-hosts', files: /^src\//, except: /^src\/(server|cli|engine-process)/, deny: [/^src\/cli\//, /^src\/server\//, /^renderer\//, /^electron(\/|$)/, /^react/], why: 'the engine does not know its hosts' },
  { rule: 'no-electron-in-src', files: /^src\//, deny: [/^electron(\/|$)/, /^renderer\//], why: 'src runs on plain Node' },
  { rule: 'thin-hosts', files: /^(src\/(cli|server)|electron)\//, deny: [/^src\/(store|search|embed|extract|passage|text|watch|engine\.ts|indexer\.ts|searcher\.ts)/], why: 'hosts reach the engine over the contract' },
  { rule: 'desktop-over-contract', files: /^electron\//, deny: [/^src\/(cli|server)\//, /^renderer\//], why: 'electron/ holds no search logic and no second host' },
  { rule: 'tests-out', files: /^(src|renderer|electron|bin)\//, deny: [/^tests\//], why: 'the program does not import its tests' },
];

interface TextRule {
  readonly rule: string;
  readonly files: RegExp;
  readonly except?: RegExp;
  readonly pattern: RegExp;
  readonly why: string;
}

const CODE = /\.(ts|cts|tsx|mjs)$/;
/** These two speak of the forbidden words. */
const ABOUT_RULES = /^(scripts\/rules\.ts|tests\/unit\/scripts\/)/;

const TEXT_RULES: readonly TextRule[] = [
  { rule: 'ipc-main-once', files: /^electron\//, except: /^electron\/host-ipc\.ts$/, pattern: /\bipcMain\b/, why: 'ipcMain is used only in electron/host-ipc.ts, which checks the sender' },
  { rule: 'electron-once', files: /^electron\//, except: /^electron\/main\.ts$/, pattern: /^import (?!type\b).*from 'electron/, why: 'only electron/main.ts loads Electron: the rest runs and is tested on plain Node' },
  { rule: 'ipc-renderer-once', files: /^(electron|renderer)\//, except: /^electron\/preload\.cts$/, pattern: /\bipcRenderer\b/, why: 'ipcRenderer is used only in electron/preload.cts' },
  { rule: 'sql-in-store', files: /^(src|electron|renderer)\//, except: /^src\/store\//, pattern: /\b(SELECT\s+[\w*(]|INSERT\s+(OR\s+\w+\s+)?INTO\s|DELETE\s+FROM\s|UPDATE\s+\w+\s+SET\s|CREATE\s+(TEMP\s+)?(VIRTUAL\s+)?(TABLE|INDEX|TRIGGER)\s|PRAGMA\s+\w)/, why: 'SQL stands only in src/store' },
  { rule: 'filter-in-store', files: /^src\//, except: /^src\/store\//, pattern: /\.(where|onlyIf)\(\s*[`'"]/, why: 'filter text for the vector store stands only in src/store' },
  { rule: 'no-fixed-waits', files: /^(tests|renderer)\//, pattern: /\bwaitForTimeout\b/, why: 'tests wait for what they expect, never for time' },
  { rule: 'no-loose-ends', files: /^(src|renderer|electron|scripts|bin)\//, pattern: /(\/\/|\/\*|^\s*\*).*\b(TODO|FIXME|XXX|HACK)\b/, why: 'finish it or write an issue' },
  { rule: 'no-silenced-compiler', files: /^(src|renderer|electron|scripts|tests)\//, pattern: /@ts-(ignore|nocheck|expect-error)|oxlint-disable|eslint-disable/, why: 'a silenced check is a check that is missing' },
];

const BANNED_NAMES = /(^|-)(utils?|helpers?|manager|service|common|misc)(-|\.|$)/;
const KEBAB = /^\.?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*$/;
/** Names that tools or people expect in this spelling; languages are named by their BCP 47 tags. */
const FREE_NAMES = /^(README|CONTRIBUTING|CHANGELOG|SECURITY|LICENSE|NOTICES?|[a-z]{2,3}-[A-Z]{2}\.)/;

/** All violations of one file. `file` is the repository path with forward slashes. */
export function checkFile(file: string, text: string): readonly Violation[] {
  const found: Violation[] = [];
  const report = (rule: string, line: number, message: string): void => { found.push({ rule, path: file, line, message }); };
  if (!CODE.test(file)) return found;
  checkName(file, report);
  const lines = text.split('\n');
  const count = text.endsWith('\n') ? lines.length - 1 : lines.length;
  if (count > MAX_LINES && !MAY_BE_LONG.some((pattern) => pattern.test(file))) report('file-length', MAX_LINES, `has ${count} lines; split it at ${MAX_LINES}`);
  if (/^(src|electron|renderer|scripts|bin)\//.test(file) && !/^(#!.*\n)?(\/\*\*|\/\/|\/\*)/.test(text)) report('head-comment', 1, 'starts without a comment that says what the file is');
  for (const found of importsOf(text)) checkImport(file, found, report);
  if (!ABOUT_RULES.test(file)) {
    for (const rule of TEXT_RULES) {
      if (!rule.files.test(file) || rule.except?.test(file) === true) continue;
      lines.forEach((line, index) => { if (rule.pattern.test(line)) report(rule.rule, index + 1, rule.why); });
    }
  }
  return found;
}

type Report = (rule: string, line: number, message: string) => void;

function checkName(file: string, report: Report): void {
  for (const part of file.split('/')) {
    if (FREE_NAMES.test(part)) continue;
    if (!KEBAB.test(part)) report('kebab-case', 1, `${part} is not in kebab-case`);
    if (BANNED_NAMES.test(part)) report('telling-names', 1, `${part} says nothing of what is in it`);
  }
}

function checkImport(file: string, found: Import, report: Report): void {
  const relative = found.specifier.startsWith('.');
  const target = relative ? path.posix.normalize(path.posix.join(path.posix.dirname(file), found.specifier)) : found.specifier;
  if (relative && /\.tsx?$/.test(file) && !/\.[a-z]+(\?[a-z]+)?$/.test(found.specifier)) report('import-extension', found.line, `'${found.specifier}' lacks its extension`);
  if (relative && target.startsWith('../')) report('inside-repository', found.line, `'${found.specifier}' leaves the repository`);
  for (const rule of IMPORT_RULES) {
    if (!rule.files.test(file) || rule.except?.test(file) === true) continue;
    const allowed = rule.allow === undefined || rule.allow.some((pattern) => pattern.test(target)) || (file.startsWith('renderer/') && /\.(css|svg)$/.test(target));
    const denied = rule.deny?.some((pattern) => pattern.test(target)) === true;
    if (!allowed || denied) report(rule.rule, found.line, `imports '${found.specifier}': ${rule.why}`);
  }
}

const IMPORT = /(?:^|[\n;])\s*(?:import|export)\b[^'";]*?\bfrom\s*['"]([^'"]+)['"]|(?:^|[\n;])\s*import\s*['"]([^'"]+)['"]|\bimport\s*\(\s*['"]([^'"]+)['"]/g;

/** Static and dynamic imports and re-exports with literal specifiers. */
export function importsOf(text: string): readonly Import[] {
  const found: Import[] = [];
  for (const match of text.matchAll(IMPORT)) {
    const specifier = match[1] ?? match[2] ?? match[3];
    if (specifier === undefined) continue;
    const at = match.index + match[0].lastIndexOf(specifier);
    found.push({ specifier, line: text.slice(0, at).split('\n').length });
  }
  return found;
}
