/** Files for extraction tests, made from nothing: zip archives (honest and lying), Word documents, PDFs with the features under test. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { crc32, deflateRawSync } from 'node:zlib';
import type { Log } from '../../src/log.ts';
import type { Document, Extraction } from '../../src/pipeline.ts';

export const SILENT: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** An empty folder that goes when the test ends. */
export async function temporaryFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'findling-extract-'));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export async function write(folder: string, name: string, content: string | Uint8Array): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, content);
  return file;
}

/** The document of an extraction that has one; fails the test with the reason otherwise. */
export function documentOf(extraction: Extraction): Document {
  if (extraction.state !== 'document') throw new Error(`${extraction.state}: ${extraction.reason}: ${extraction.detail}`);
  return extraction.document;
}

export interface ZipEntry {
  readonly name: string;
  readonly content: Uint8Array | string;
  /** What the archive claims; by default the truth. */
  readonly declaredSize?: number;
}

export function zip(entries: readonly ZipEntry[]): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const raw = Buffer.from(entry.content);
    const packed = deflateRawSync(raw, { level: 9 });
    const name = Buffer.from(entry.name);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(0x0800, 2);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(crc32(raw), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(entry.declaredSize ?? raw.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, name, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), fields, tail, name]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

const CONTENT_TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>';
const RELATIONS = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>';

/** A Word document of paragraphs; those that start with `# ` are headings. Further entries go into the archive as they are. */
export function docx(paragraphs: readonly string[], title?: string, more: readonly ZipEntry[] = []): Buffer {
  const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
  const body = paragraphs.map((text) => {
    const heading = text.startsWith('# ');
    return `<w:p>${heading ? '<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>' : ''}<w:r><w:t xml:space="preserve">${escaped(heading ? text.slice(2) : text)}</w:t></w:r></w:p>`;
  }).join('');
  const styles = '<?xml version="1.0"?><w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style></w:styles>';
  const documentRelations = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>';
  return zip([
    { name: '[Content_Types].xml', content: CONTENT_TYPES }, { name: '_rels/.rels', content: RELATIONS },
    { name: 'word/document.xml', content: `<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>` },
    { name: 'word/styles.xml', content: styles }, { name: 'word/_rels/document.xml.rels', content: documentRelations },
    ...(title === undefined ? [] : [{ name: 'docProps/core.xml', content: `<?xml version="1.0"?><cp:coreProperties xmlns:cp="x" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>${escaped(title)}</dc:title></cp:coreProperties>` }]),
    ...more,
  ]);
}

/** A line of a PDF page: where, how large, and its bytes in the font's encoding. */
export interface PdfLine {
  readonly y: number;
  readonly size?: number;
  readonly bytes: Uint8Array;
}

export interface PdfOptions {
  readonly title?: string;
  /** A CJK font without embedded glyphs: predefined CMap and character collection, as in `['90ms-RKSJ-H', 'Japan1']`. */
  readonly cjk?: readonly [cmap: string, collection: string];
  readonly encrypted?: boolean;
}

/** A PDF of pages of lines. Without `cjk` the font is Helvetica and bytes are Latin-1. */
export function pdf(pages: readonly (readonly PdfLine[])[], options: PdfOptions = {}): Buffer {
  const objects: string[] = [];
  const add = (body: string): number => objects.push(body);
  add('<< /Type /Catalog /Pages 2 0 R >>');
  add(`<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, index) => `${5 + index * 2} 0 R`).join(' ')}] >>`);
  add(options.cjk === undefined ? '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>'
    : `<< /Type /Font /Subtype /Type0 /BaseFont /Fixture /Encoding /${options.cjk[0]} /DescendantFonts [<< /Type /Font /Subtype /CIDFontType0 /BaseFont /Fixture /DW 1000 `
      + `/CIDSystemInfo << /Registry (Adobe) /Ordering (${options.cjk[1]}) /Supplement 2 >> /FontDescriptor << /Type /FontDescriptor /FontName /Fixture /Flags 4 /ItalicAngle 0 /Ascent 800 /Descent -200 /StemV 80 /FontBBox [0 -200 1000 800] >> >>] >>`);
  add(`<< /Title (${options.title ?? ''}) >>`);
  for (const [index, lines] of pages.entries()) {
    add(`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents ${6 + index * 2} 0 R >>`);
    const content = lines.map((line) => `BT /F1 ${line.size ?? 11} Tf 1 0 0 1 72 ${line.y} Tm <${Buffer.from(line.bytes).toString('hex')}> Tj ET`).join('\n');
    add(`<< /Length ${content.length} >>\nstream\n${content}\nendstream`);
  }
  const encrypt = options.encrypted === true ? `/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <${'5a'.repeat(32)}> /U <${'a5'.repeat(32)}> >> /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]` : '';
  let out = '%PDF-1.4\n';
  const offsets = objects.map((body, index) => {
    const offset = out.length;
    out += `${index + 1} 0 obj\n${body}\nendobj\n`;
    return offset;
  });
  const table = out.length;
  out += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')}`;
  out += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /Info 4 0 R ${encrypt} >>\nstartxref\n${table}\n%%EOF\n`;
  return Buffer.from(out, 'latin1');
}

/** Lines of Latin text from the top of a page down. */
export function latinLines(...texts: readonly string[]): PdfLine[] {
  return texts.map((text, index) => ({ y: 720 - index * 14, bytes: Buffer.from(text, 'latin1') }));
}
