/**
 * What a file is, from its bytes and its name together. Bytes win: a PDF named `.txt` is a PDF. The name only decides between formats
 * that look alike (text, Markdown, source code). Pure; extract-file.ts reads the bytes, containers.ts looks into zip and OLE files.
 */

import type { FileKind } from '../contract/model.ts';
import { languageOfName, languageOfShebang } from './code/languages.ts';
import { looksLikeText } from './encoding.ts';
import { extensionOf, kindOfName } from './kinds.ts';
import { signatureOf } from './magic.ts';

/** A format that can be read has its own name; `zip` and `ole` must be looked into; the rest says why there is no text. */
export type Format =
  | { readonly format: 'text' | 'markdown' | 'html' | 'code' | 'notebook' | 'pdf' | 'docx'; readonly kind: FileKind; readonly label: string }
  | { readonly format: 'zip' | 'ole'; readonly kind: FileKind; readonly label: string }
  | { readonly format: 'unsupported' | 'binary' | 'encrypted' | 'corrupt'; readonly kind: FileKind; readonly label: string };

/** Text inside, but of a format whose raw text is no reading matter. */
const UNREAD_TEXT_FORMATS: Readonly<Record<string, string>> = {
  eml: 'Mail', emlx: 'Mail', mbox: 'Mailbox', mbx: 'Mailbox', mht: 'Web archive', mhtml: 'Web archive', svg: 'SVG image', fb2: 'FictionBook',
  fodt: 'OpenDocument text', fods: 'OpenDocument sheet', fodp: 'OpenDocument slides', ps: 'PostScript', eps: 'PostScript', ai: 'Illustrator drawing',
  xpm: 'Image', xbm: 'Image', pem: 'Key or certificate', crt: 'Certificate', key: 'Key', map: 'Source map',
};

const HTML_START = /^\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--[\s\S]{0,2000}?-->\s*)*<(?:!doctype\s+html|html[\s>]|head[\s>]|body[\s>])/i;
const SVG_START = /^\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--[\s\S]{0,2000}?-->\s*)*(?:<!doctype\s+svg|<svg[\s>])/i;
const MAIL_START = /^(?:Return-Path|Received|Delivered-To|MIME-Version|Message-ID|X-[A-Za-z-]+):[^\n]*\r?\n(?:[A-Za-z-]+:|[ \t])/;
const MAILBOX_START = /^From [^\n]{1,200}\d{4}\r?\n[A-Za-z-]+:/;

/** What the file is; `head` is its first bytes (limits.ts `HEAD_BYTES`), all of them when it is shorter. */
export function detectFormat(head: Uint8Array, name: string): Format {
  const signature = signatureOf(head);
  if (signature?.format === 'pdf') return { format: 'pdf', kind: 'pdf', label: 'PDF' };
  if (signature?.format === 'zip' || signature?.format === 'ole') return { format: signature.format, kind: signature.kind, label: signature.label };
  if (signature !== null && (signature.written === true || !signatureIsWeak(head) || !looksLikeText(head))) {
    return { format: 'unsupported', kind: signature.kind, label: signature.label };
  }
  const promised = kindOfName(name);
  if (!looksLikeText(head)) {
    const extension = extensionOf(name);
    if (extension === 'pdf' || extension === 'docx' || extension === 'docm') return { format: 'corrupt', kind: promised, label: `Named .${extension}, but its content is not of that format` };
    return { format: promised === 'other' || isTextKind(promised) ? 'binary' : 'unsupported', kind: isTextKind(promised) ? 'other' : promised, label: labelOf(promised, extension) };
  }
  return detectText(head, name, promised);
}

/** Two-byte signatures of printable characters or high bytes: not believed when everything else is text. */
function signatureIsWeak(head: Uint8Array): boolean {
  return (head[0] ?? 0) >= 0x20 || (head[0] === 0x09);
}

function isTextKind(kind: FileKind): boolean {
  return kind === 'text' || kind === 'markdown' || kind === 'code' || kind === 'web';
}

function detectText(head: Uint8Array, name: string, promised: FileKind): Format {
  const extension = extensionOf(name);
  const start = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 4096)).toString('latin1').replaceAll('\u0000', '').replace(/^(?:\u00ef\u00bb\u00bf|\u00ff\u00fe|\u00fe\u00ff)/, '');
  if (Object.hasOwn(UNREAD_TEXT_FORMATS, extension)) {
    return { format: 'unsupported', kind: promised, label: UNREAD_TEXT_FORMATS[extension] ?? '' };
  }
  if (extension === 'ipynb') return { format: 'notebook', kind: 'code', label: 'Notebook' };
  if (promised === 'code') return { format: 'code', kind: 'code', label: languageOfName(name) ?? 'Source code' };
  if (promised === 'markdown') return { format: 'markdown', kind: 'markdown', label: 'Markdown' };
  if (promised === 'web') return { format: 'html', kind: 'web', label: 'Web page' };
  if (SVG_START.test(start)) return { format: 'unsupported', kind: 'image', label: 'SVG image' };
  if (HTML_START.test(start)) return { format: 'html', kind: 'web', label: 'Web page' };
  if (MAIL_START.test(start) || MAILBOX_START.test(start)) return { format: 'unsupported', kind: 'mail', label: 'Mail' };
  if (promised === 'other' && languageOfShebang(start) !== null) return { format: 'code', kind: 'code', label: 'Script' };
  // The name promised a picture, a program, a document …, the bytes are plain text: it is what the bytes are, unless text is usual for the kind.
  const kind = promised === 'data' || promised === 'sheet' || promised === 'mail' ? promised : 'text';
  return { format: 'text', kind, label: 'Text' };
}

function labelOf(kind: FileKind, extension: string): string {
  if (kind === 'other' || extension === '') return 'Not text';
  return `.${extension} file`;
}

/** What the head says about its own encoding (HTML's meta, XML's declaration, Python's coding line); null when nothing. */
export function declaredEncoding(head: Uint8Array): string | null {
  const start = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 4096)).toString('latin1');
  const found = /<meta[^>]{0,300}?charset\s*=\s*["']?\s*([\w-]{2,40})/i.exec(start) ?? /^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w-]{2,40})/i.exec(start)
    ?? /^(?:[^\n]*\n)?#.{0,40}?coding[:=]\s*([\w.-]{2,40})/.exec(start);
  return found?.[1] ?? null;
}
