/**
 * Grammars, loaded when a file of their language is first met and kept: each costs 5 to 30 MB of a process that ends when idle.
 *
 * The grammars of `tree-sitter-wasms` carry the custom section `dylink`, which web-tree-sitter reads up to 0.25; from 0.26 on it wants
 * `dylink.0`. The two hold the same four numbers, so the section is rewritten while loading; the code is untouched.
 */

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { Language, Parser } from 'web-tree-sitter';

/**
 * How much a WebAssembly function runs before it is optimised, 150 times V8's default. A grammar's lexer is one huge function: optimising it
 * takes seconds of processor time, and loading the next grammar waits for that, 2 s after TypeScript and 30 s after C# on a busy machine;
 * with this 10 ms. Bulk speed per processor second stayed the same (4 to 6 MB of Python), resident memory fell by a third.
 */
const WASM_TIERING_BUDGET = 2_000_000_000;

const resolver = createRequire(import.meta.url);
const loaded = new Map<string, Promise<Parser>>();
let started: Promise<void> | undefined;

/** The parser for a grammar (`python`). Rejects when the grammar does not load. One caller at a time uses it: it is shared. */
export function parserFor(grammar: string): Promise<Parser> {
  let parser = loaded.get(grammar);
  if (parser === undefined) {
    parser = load(grammar);
    loaded.set(grammar, parser);
  }
  return parser;
}

async function load(grammar: string): Promise<Parser> {
  started ??= start();
  await started;
  const bytes = await readFile(resolver.resolve(`tree-sitter-wasms/out/tree-sitter-${grammar}.wasm`));
  const parser = new Parser();
  parser.setLanguage(await Language.load(withCurrentDylink(bytes)));
  return parser;
}

function start(): Promise<void> {
  // Read when a module is compiled, so setting it in a running process is in time, and holds wherever grammars are used.
  setFlagsFromString(`--wasm-tiering-budget=${WASM_TIERING_BUDGET}`);
  return Parser.init();
}

const HEADER_BYTES = 8;
const CUSTOM_SECTION = 0;
const MEMORY_INFO = 1;

/** The module with its leading `dylink` section as `dylink.0`; unchanged when it has none. Throws on a module that needs other libraries. */
export function withCurrentDylink(module: Uint8Array): Uint8Array {
  if (module[HEADER_BYTES] !== CUSTOM_SECTION) return module;
  const size = readNumber(module, HEADER_BYTES + 1);
  const end = size.next + size.value;
  const nameLength = readNumber(module, size.next);
  const bodyStart = nameLength.next + nameLength.value;
  if (Buffer.from(module.subarray(nameLength.next, bodyStart)).toString('latin1') !== 'dylink') return module;
  // Memory size and alignment, table size and alignment: the same in both.
  let at = bodyStart;
  for (let field = 0; field < 4; field++) at = readNumber(module, at).next;
  if (readNumber(module, at).value !== 0) throw new Error('The grammar needs other libraries.');
  const info = module.subarray(bodyStart, at);
  const body = [...writeNumber(8), ...Buffer.from('dylink.0', 'latin1'), MEMORY_INFO, ...writeNumber(info.length), ...info];
  return Buffer.concat([module.subarray(0, HEADER_BYTES), Buffer.from([CUSTOM_SECTION, ...writeNumber(body.length), ...body]), module.subarray(end)]);
}

/** Unsigned LEB128. */
function readNumber(bytes: Uint8Array, start: number): { value: number; next: number } {
  let value = 0;
  let at = start;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++] ?? 0;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return { value, next: at };
  }
}

function writeNumber(number: number): number[] {
  const bytes: number[] = [];
  for (let rest = number; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 0x80);
  }
}
