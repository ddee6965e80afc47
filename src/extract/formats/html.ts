/**
 * HTML → readable text: blocks become paragraphs, headings marks and breaks, table rows lines. Scripts, styles, navigation and hidden parts
 * are left out. A streaming parser with an explicit stack: nesting costs no recursion.
 */

import { Parser } from 'htmlparser2';
import { DraftWriter, type Draft } from '../draft.ts';

const HEADING_SCORE = 100;
const CODE_BLOCK_SCORE = 80;
const PARAGRAPH_SCORE = 60;

const HEADINGS = new Set(['h1', 'h2', 'h3', 'h4', 'h5', 'h6']);
const BLOCKS = new Set(['address', 'article', 'aside', 'blockquote', 'body', 'caption', 'center', 'dd', 'details', 'dialog', 'dir', 'div', 'dl', 'dt', 'fieldset', 'figcaption', 'figure', 'footer', 'form', 'header', 'hgroup', 'hr', 'li',
  'main', 'menu', 'ol', 'p', 'pre', 'section', 'summary', 'table', 'tbody', 'tfoot', 'thead', 'title', 'tr', 'ul', ...HEADINGS]);
/** Blocks with an empty line around them; the others start a new line. */
const PARAGRAPHS = new Set(['article', 'aside', 'blockquote', 'dl', 'figure', 'footer', 'header', 'main', 'ol', 'p', 'pre', 'section', 'table', 'ul', ...HEADINGS]);
const LEFT_OUT = new Set(['script', 'style', 'noscript', 'template', 'svg', 'iframe', 'object', 'embed', 'canvas', 'audio', 'video', 'select', 'datalist', 'button', 'textarea']);

export interface HtmlOptions {
  /** Keep navigation: for generated HTML, and pages that hold nothing else. */
  readonly keepNavigation?: boolean;
}

/** A page's text. When leaving navigation out leaves nothing, it is kept. */
export function readHtml(html: string, options: HtmlOptions = {}): Draft {
  const draft = convert(html, options.keepNavigation === true);
  return draft.text.trim() === '' && options.keepNavigation !== true ? convert(html, true) : draft;
}

function convert(html: string, keepNavigation: boolean): Draft {
  const page = new PageWriter(keepNavigation);
  let depth = 0;
  const parser = new Parser({
    onopentag: (name, attributes) => {
      if (++depth > MAX_DEPTH) throw new TooDeep();
      page.open(name, attributes);
    },
    onclosetag: (name) => {
      depth--;
      page.close(name);
    },
    ontext: (text) => page.text(text),
  }, { decodeEntities: true, lowerCaseTags: true, lowerCaseAttributeNames: true });
  try {
    parser.write(html);
    parser.end();
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error;
    return { ...page.finish(), truncated: true };
  }
  return page.finish();
}

/** Elements open at once; a real page has a few dozen. The parser's time per element grows with its depth. */
const MAX_DEPTH = 20_000;

class TooDeep extends Error {}

class PageWriter {
  readonly #draft = new DraftWriter();
  readonly #keepNavigation: boolean;
  /** Open elements that are left out: while there are any, nothing is written. */
  #leftOut = 0;
  readonly #leftOutStack: string[] = [];
  #preformatted = 0;
  #inTitle = false;
  #title = '';
  /** Text of the open heading so far; null outside of one. */
  #heading: string | null = null;
  /** White space owed before the next text: 0 none, 1 a space, 2 a new line, 3 an empty line. */
  #owed = 0;
  #cells = 0;
  #breakScore = 0;

  constructor(keepNavigation: boolean) {
    this.#keepNavigation = keepNavigation;
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (this.#leftOut > 0) {
      if (name === this.#leftOutStack.at(-1)) { this.#leftOut++; this.#leftOutStack.push(name); }
      return;
    }
    if (LEFT_OUT.has(name) || (!this.#keepNavigation && isNavigation(name, attributes)) || isHidden(name, attributes)) {
      this.#leftOut = 1;
      this.#leftOutStack.push(name);
      return;
    }
    if (name === 'title') { this.#inTitle = this.#title === ''; return; }
    if (name === 'br') return this.#owe(2);
    if (name === 'img') return this.text(attributes['alt'] === undefined ? '' : ` ${attributes['alt']} `);
    if (name === 'td' || name === 'th') {
      if (this.#cells++ > 0) { this.#owed = 0; this.#write(' | '); }
      return;
    }
    if (name === 'tr') this.#cells = 0;
    if (name === 'pre') { this.#preformatted++; this.#score(CODE_BLOCK_SCORE); }
    if (!BLOCKS.has(name)) return;
    this.#owe(PARAGRAPHS.has(name) ? 3 : 2);
    if (HEADINGS.has(name)) {
      this.#heading = '';
      this.#score(HEADING_SCORE);
    } else if (PARAGRAPHS.has(name)) this.#score(PARAGRAPH_SCORE);
    if (name === 'li') this.#write('- ');
  }

  close(name: string): void {
    if (this.#leftOut > 0) {
      if (name === this.#leftOutStack.at(-1)) { this.#leftOut--; this.#leftOutStack.pop(); }
      return;
    }
    if (name === 'title') this.#inTitle = false;
    if (name === 'pre' && this.#preformatted > 0) { this.#preformatted--; this.#score(CODE_BLOCK_SCORE); }
    if (HEADINGS.has(name)) this.#heading = null;
    if (BLOCKS.has(name)) this.#owe(PARAGRAPHS.has(name) ? 3 : 2);
  }

  text(text: string): void {
    if (this.#leftOut > 0) return;
    if (this.#inTitle) { this.#title += text; return; }
    if (this.#preformatted > 0) return this.#write(text.replace(/\r\n?/g, '\n'));
    const clean = text.replace(/[ \t\n\r\f\u00a0]+/g, ' ');
    const words = clean.trim();
    if (words === '') { if (clean !== '') this.#owe(1); return; }
    if (clean.startsWith(' ')) this.#owe(1);
    this.#write(words);
    if (clean.endsWith(' ')) this.#owe(1);
  }

  finish(): Draft {
    return this.#draft.finish(this.#title);
  }

  #owe(space: number): void {
    this.#owed = Math.max(this.#owed, space);
  }

  /** The next text starts something: remembered until there is any. */
  #score(score: number): void {
    this.#breakScore = Math.max(this.#breakScore, score);
  }

  #write(text: string): void {
    if (this.#draft.length > 0) this.#draft.write(['', ' ', '\n', '\n\n'][this.#owed] ?? '');
    const spaced = this.#owed > 0;
    this.#owed = 0;
    if (this.#breakScore > 0) this.#draft.break(this.#breakScore);
    this.#breakScore = 0;
    if (this.#heading !== null) {
      const first = this.#heading === '';
      this.#heading = oneLine(`${this.#heading}${spaced && !first ? ' ' : ''}${text}`);
      // The mark stands at the heading's first text, and takes in the rest as it comes.
      if (first) this.#draft.mark({ heading: this.#heading });
      else this.#draft.amendMark({ heading: this.#heading });
    }
    this.#draft.write(text);
  }
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 300);
}

function isNavigation(name: string, attributes: Readonly<Record<string, string>>): boolean {
  return name === 'nav' || attributes['role'] === 'navigation';
}

function isHidden(name: string, attributes: Readonly<Record<string, string>>): boolean {
  // `body` is hidden by pages that show themselves by script.
  if (name === 'body' || name === 'html') return false;
  return 'hidden' in attributes || (attributes['aria-hidden'] === 'true' && name !== 'div') || /display\s*:\s*none/i.test(attributes['style'] ?? '');
}
