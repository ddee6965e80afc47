/** A Word document of headings, paragraphs and tables: the least that word processors open without complaint. */

import { storedZip } from './zip.ts';

export type Block =
  | { readonly heading: string; readonly level: 1 | 2 }
  | { readonly paragraph: string }
  | { readonly table: readonly (readonly string[])[] };

export interface WordDocument {
  readonly title: string;
  /** BCP 47. */
  readonly language: string;
  readonly blocks: readonly Block[];
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const WORD_TYPE = 'application/vnd.openxmlformats-officedocument.wordprocessingml';

export function writeDocx(document: WordDocument): Buffer {
  const entries: readonly (readonly [string, string])[] = [
    ['[Content_Types].xml', contentTypes()],
    ['_rels/.rels', relationships([
      [`${OFFICE}/officeDocument`, 'word/document.xml'],
      [`${PACKAGE}/relationships/metadata/core-properties`, 'docProps/core.xml'],
    ])],
    ['docProps/core.xml', coreProperties(document)],
    ['word/_rels/document.xml.rels', relationships([[`${OFFICE}/styles`, 'styles.xml']])],
    ['word/styles.xml', styles(document.language)],
    ['word/document.xml', body(document)],
  ];
  return storedZip(entries.map(([name, text]) => ({ name, bytes: Buffer.from(XML + text, 'utf8') })));
}

function contentTypes(): string {
  return `<Types xmlns="${PACKAGE}/content-types">`
    + '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    + '<Default Extension="xml" ContentType="application/xml"/>'
    + `<Override PartName="/word/document.xml" ContentType="${WORD_TYPE}.document.main+xml"/>`
    + `<Override PartName="/word/styles.xml" ContentType="${WORD_TYPE}.styles+xml"/>`
    + '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
    + '</Types>';
}

function relationships(targets: readonly (readonly [type: string, target: string])[]): string {
  const items = targets.map(([type, target], index) => `<Relationship Id="rId${index + 1}" Type="${type}" Target="${target}"/>`);
  return `<Relationships xmlns="${PACKAGE}/relationships">${items.join('')}</Relationships>`;
}

function coreProperties(document: WordDocument): string {
  return `<cp:coreProperties xmlns:cp="${PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">`
    + `<dc:title>${escapeXml(document.title)}</dc:title><dc:language>${document.language}</dc:language></cp:coreProperties>`;
}

function styles(language: string): string {
  const heading = (level: number, halfPoints: number): string =>
    `<w:style w:type="paragraph" w:styleId="Heading${level}"><w:name w:val="heading ${level}"/><w:pPr><w:outlineLvl w:val="${level - 1}"/></w:pPr>`
    + `<w:rPr><w:b/><w:sz w:val="${halfPoints}"/></w:rPr></w:style>`;
  return `<w:styles xmlns:w="${MAIN}"><w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="22"/><w:lang w:val="${language}"/></w:rPr></w:rPrDefault></w:docDefaults>`
    + `<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>${heading(1, 32)}${heading(2, 26)}</w:styles>`;
}

function body(document: WordDocument): string {
  return `<w:document xmlns:w="${MAIN}"><w:body>${document.blocks.map(block).join('')}`
    + '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr></w:body></w:document>';
}

function block(item: Block): string {
  if ('heading' in item) return paragraph(item.heading, `Heading${item.level}`);
  if ('paragraph' in item) return paragraph(item.paragraph, null);
  const rows = item.table.map((row) => `<w:tr>${row.map((cell) => `<w:tc><w:tcPr/>${paragraph(cell, null)}</w:tc>`).join('')}</w:tr>`);
  // A paragraph must follow a table, or some programs call the document damaged.
  return `<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr>${rows.join('')}</w:tbl>${paragraph('', null)}`;
}

function paragraph(text: string, style: string | null): string {
  const properties = style === null ? '' : `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>`;
  const run = text === '' ? '' : `<w:r><w:t xml:space="preserve">${escapeXml(text)}</w:t></w:r>`;
  return `<w:p>${properties}${run}</w:p>`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
