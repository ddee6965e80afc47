/**
 * The files of the sample that a text editor cannot write well: PDF, Word and old encodings. Pure: the same bytes on every
 * machine and every day, so that a test can compare them with what is committed. The other files are written by hand.
 */

import iconv from 'iconv-lite';
import { writeDocx } from './docx.ts';
import { ENCODED_TEXTS, type TextEncoding } from './encoded-texts.ts';
import { PDF_TEXTS } from './pdf-texts.ts';
import { writePdf } from './pdf.ts';
import { WORD_TEXTS } from './word-texts.ts';

export interface GeneratedFile {
  /** Relative to `resources/sample`, with forward slashes. */
  readonly path: string;
  readonly bytes: Buffer;
}

export function generatedSampleFiles(): readonly GeneratedFile[] {
  return [
    ...ENCODED_TEXTS.map(({ path, encoding, lineEnd, text }) => ({ path, bytes: encodeText(text.replaceAll('\n', lineEnd), encoding) })),
    ...PDF_TEXTS.map(({ path, ...document }) => ({ path, bytes: writePdf(document) })),
    ...WORD_TEXTS.map(({ path, ...document }) => ({ path, bytes: writeDocx(document) })),
  ];
}

function encodeText(text: string, encoding: TextEncoding): Buffer {
  const bytes = iconv.encode(text, iconvName(encoding), { addBOM: encoding.endsWith('-bom') });
  // iconv writes `?` for what an encoding lacks; the sample must not lose letters quietly.
  if (iconv.decode(bytes, iconvName(encoding)) !== text) throw new RangeError(`the text does not fit into ${encoding}: ${text.slice(0, 40)}`);
  return bytes;
}

function iconvName(encoding: TextEncoding): string {
  return encoding.replace(/-bom$/, '');
}
