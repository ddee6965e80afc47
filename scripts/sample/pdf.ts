/**
 * Writes small PDF files by hand, uncompressed. Latin text uses Helvetica; Chinese and Japanese use standard CID fonts with a
 * predefined CMap and embed nothing. That is on purpose: such files name no characters, only codes of a character collection,
 * and a reader without the CMaps finds no text in them at all.
 */

import { createHash } from 'node:crypto';

export type Script = 'latin' | 'chinese' | 'japanese';

export interface PdfDocument {
  readonly title: string;
  readonly script: Script;
  /** Each page is paragraphs; the first of each is set as a heading. */
  readonly pages: readonly (readonly string[])[];
}

/** A4 in points, with the margins and sizes of a plain letter. */
const PAGE = { width: 595, height: 842, margin: 64 };
const TEXT = { size: 11, leading: 17, headingSize: 15 };
/** Signs that no Chinese or Japanese line begins with: they hang over the margin instead. */
const NOT_FIRST: ReadonlySet<string> = new Set('，。、；：？！）」』ー');
/** Mean width of Helvetica's letters in units of the font size: good enough to break lines. */
const LATIN_LETTER = 0.5;

const CID_FONTS = {
  chinese: { name: 'STSong-Light', encoding: 'UniGB-UCS2-H', ordering: 'GB1', supplement: 2 },
  japanese: { name: 'HeiseiMin-W3', encoding: 'UniJIS-UCS2-H', ordering: 'Japan1', supplement: 2 },
} as const;

export function writePdf(document: PdfDocument): Buffer {
  const objects: string[] = [];
  const add = (body: string): number => objects.push(body);
  const catalog = add('');
  const pages = add('');
  const information = add(`<< /Title <FEFF${utf16Hex(document.title)}> /Producer (Findling sample) >>`);
  const font = addFont(document.script, add);
  const kids = document.pages.map((paragraphs) => {
    const stream = pageStream(paragraphs, document.script);
    const content = add(`<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`);
    return add(`<< /Type /Page /Parent ${pages} 0 R /MediaBox [0 0 ${PAGE.width} ${PAGE.height}] /Contents ${content} 0 R /Resources << /Font << /F1 ${font} 0 R >> >> >>`);
  });
  objects[catalog - 1] = `<< /Type /Catalog /Pages ${pages} 0 R >>`;
  objects[pages - 1] = `<< /Type /Pages /Count ${kids.length} /Kids [${kids.map((kid) => `${kid} 0 R`).join(' ')}] >>`;
  return assemble(objects, catalog, information);
}

function addFont(script: Script, add: (body: string) => number): number {
  if (script === 'latin') return add('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>');
  const { name, encoding, ordering, supplement } = CID_FONTS[script];
  const descriptor = add(`<< /Type /FontDescriptor /FontName /${name} /Flags 6 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 80 >>`);
  // CIDs 1 to 95 are the Latin letters in both collections: half as wide as the rest.
  const descendant = add(`<< /Type /Font /Subtype /CIDFontType0 /BaseFont /${name} /CIDSystemInfo << /Registry (Adobe) /Ordering (${ordering}) /Supplement ${supplement} >> /DW 1000 /W [1 95 500] /FontDescriptor ${descriptor} 0 R >>`);
  return add(`<< /Type /Font /Subtype /Type0 /BaseFont /${name} /Encoding /${encoding} /DescendantFonts [${descendant} 0 R] >>`);
}

/** The drawing commands of one page: a heading, then paragraphs with a little room between them. */
function pageStream(paragraphs: readonly string[], script: Script): string {
  const commands = ['BT'];
  let top = PAGE.height - PAGE.margin;
  paragraphs.forEach((paragraph, index) => {
    const size = index === 0 ? TEXT.headingSize : TEXT.size;
    for (const line of breakLines(paragraph, (PAGE.width - 2 * PAGE.margin) / size, script)) {
      top -= TEXT.leading;
      commands.push(`/F1 ${size} Tf 1 0 0 1 ${PAGE.margin} ${top} Tm ${encode(line, script)} Tj`);
    }
    top -= TEXT.leading / 2;
  });
  if (top < PAGE.margin) throw new RangeError(`a page of the sample is too long: ${paragraphs[0] ?? ''}`);
  commands.push('ET');
  return commands.join('\n');
}

/** Breaks at spaces in Latin text and anywhere in the others. `width` is in units of the font size. */
function breakLines(paragraph: string, width: number, script: Script): readonly string[] {
  const pieces = script === 'latin' ? paragraph.split(/(?<= )/) : [...paragraph];
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const piece of pieces) {
    const pieceWidth = script === 'latin' ? piece.length * LATIN_LETTER : piece.charCodeAt(0) < 0x80 ? 0.5 : 1;
    if (used + pieceWidth > width && line !== '' && !NOT_FIRST.has(piece)) {
      lines.push(line.trimEnd());
      line = '';
      used = 0;
    }
    line += piece;
    used += pieceWidth;
  }
  lines.push(line.trimEnd());
  return lines;
}

function encode(line: string, script: Script): string {
  if (script !== 'latin') return `<${utf16Hex(line)}>`;
  return `(${line.replace(/[\\()]/g, (character) => `\\${character}`)})`;
}

function utf16Hex(text: string): string {
  return Buffer.from(text, 'utf16le').swap16().toString('hex').toUpperCase();
}

/** Header, objects, cross-reference table and trailer. Only Latin-1 is written, so a character is a byte. */
function assemble(objects: readonly string[], catalog: number, information: number): Buffer {
  let text = '%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n';
  const offsets = objects.map((body, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${body}\nendobj\n`;
    return offset;
  });
  const id = createHash('sha256').update(text, 'latin1').digest('hex').slice(0, 32).toUpperCase();
  const start = text.length;
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  for (const offset of offsets) text += `${String(offset).padStart(10, '0')} 00000 n \n`;
  text += `trailer\n<< /Size ${objects.length + 1} /Root ${catalog} 0 R /Info ${information} 0 R /ID [<${id}> <${id}>] >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(text, 'latin1');
}
