/** The two output streams and what they can show. Results go to standard output, all else to standard error, so that pipes stay clean. */

import type { WriteStream } from 'node:tty';
import { withoutControls } from './text-width.ts';

export interface Terminal {
  /** Is standard output a terminal? */
  readonly interactive: boolean;
  /** May a line on standard error be rewritten (progress)? */
  readonly live: boolean;
  /** Can a person answer a question? */
  readonly canAsk: boolean;
  readonly columns: number;
  readonly style: Style;
  /** `...` or one character, as the terminal's encoding allows. */
  readonly signs: Signs;
  print(line: string): void;
  /** A path for another program: exact, and ended by NUL if so wished. On a terminal its control characters are shown as such. */
  printPath(path: string, nul: boolean): void;
  note(line: string): void;
  /** Replaces the live line; the empty text removes it. Does nothing where lines cannot be rewritten. */
  status(line: string): void;
  /** Resolves when standard output has taken what was printed, so that a slow reader holds the writer back. */
  flushed(): Promise<void>;
}

export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  path(text: string): string;
  match(text: string): string;
  error(text: string): string;
}

export interface Signs {
  readonly ellipsis: string;
  readonly dot: string;
  readonly barFull: string;
  readonly barEmpty: string;
}

const UNICODE_SIGNS: Signs = { ellipsis: '…', dot: '·', barFull: '█', barEmpty: '░' };
const ASCII_SIGNS: Signs = { ellipsis: '...', dot: '-', barFull: '#', barEmpty: '.' };
/** When nobody says how wide it is. */
const DEFAULT_COLUMNS = 80;

export interface Streams {
  readonly out: NodeJS.WritableStream & Partial<Pick<WriteStream, 'isTTY' | 'columns'>>;
  readonly err: NodeJS.WritableStream & Partial<Pick<WriteStream, 'isTTY' | 'columns'>>;
  readonly inputIsTerminal: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

export function createTerminal(streams: Streams, env: Environment, platform: NodeJS.Platform): Terminal {
  const interactive = streams.out.isTTY === true;
  const dumb = env['TERM'] === 'dumb';
  const live = streams.err.isTTY === true && !dumb;
  let shown = '';
  const clear = (): void => {
    if (shown !== '') streams.err.write('\r\x1b[2K');
    shown = '';
  };
  return {
    interactive,
    live,
    canAsk: streams.inputIsTerminal && streams.err.isTTY === true,
    // A terminal of unknown size says 0.
    columns: [streams.out.columns, streams.err.columns].find((columns) => columns !== undefined && columns > 0) ?? DEFAULT_COLUMNS,
    style: createStyle(wantsColour(interactive, env)),
    signs: speaksUtf8(env, platform) ? UNICODE_SIGNS : ASCII_SIGNS,
    print(line) {
      clear();
      streams.out.write(line + '\n');
    },
    printPath(path, nul) {
      clear();
      streams.out.write((interactive ? withoutControls(path) : path) + (nul ? '\0' : '\n'));
    },
    note(line) {
      clear();
      streams.err.write(line + '\n');
    },
    status(line) {
      if (!live || line === shown) return;
      clear();
      streams.err.write(line);
      shown = line;
    },
    flushed: () => new Promise((resolve) => { streams.out.write('', () => resolve()); }),
  };
}

/** https://no-color.org: set and not empty means none. FORCE_COLOR is for pagers that understand colours. */
export function wantsColour(interactive: boolean, env: Environment): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  if ((env['FORCE_COLOR'] ?? '') !== '' && env['FORCE_COLOR'] !== '0') return true;
  return interactive && env['TERM'] !== 'dumb';
}

/** POSIX: the first of these that is set and not empty decides. Windows' own terminals take UTF-8. */
export function speaksUtf8(env: Environment, platform: NodeJS.Platform): boolean {
  if (platform === 'win32' || platform === 'darwin') return true;
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => value !== undefined && value !== '') ?? '';
  return /utf-?8/i.test(locale);
}

function createStyle(colour: boolean): Style {
  const wrap = (open: number, close: number) => (text: string): string => (colour && text !== '' ? `\x1b[${open}m${text}\x1b[${close}m` : text);
  return { bold: wrap(1, 22), dim: wrap(2, 22), path: wrap(36, 39), match: wrap(33, 39), error: wrap(31, 39) };
}
