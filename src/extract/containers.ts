/** Which application's file a zip or OLE container is, by the names of its parts. Pure; zip.ts reads them. */

import type { Format } from './detect.ts';
import { extensionOf, kindOfName } from './kinds.ts';

/** Which application's file this zip is. `mimetype` is the content of the part of that name, when there is one. */
export function zipFormat(names: readonly string[], mimetype: string | null, fileName: string): Format {
  const has = (prefix: string): boolean => names.some((name) => name.startsWith(prefix));
  const unsupported = (kind: Format['kind'], label: string): Format => ({ format: 'unsupported', kind, label });
  if (mimetype !== null) {
    if (mimetype.includes('epub')) return unsupported('book', 'EPUB book');
    if (mimetype.includes('opendocument.text')) return unsupported('document', 'OpenDocument text');
    if (mimetype.includes('opendocument.spreadsheet')) return unsupported('sheet', 'OpenDocument sheet');
    if (mimetype.includes('opendocument.presentation')) return unsupported('slides', 'OpenDocument slides');
    if (mimetype.includes('opendocument')) return unsupported('image', 'OpenDocument drawing');
    if (mimetype.includes('hwp')) return unsupported('document', 'Hangul document');
  }
  if (has('[Content_Types].xml') || has('_rels/')) {
    if (has('word/')) return { format: 'docx', kind: 'document', label: 'Word document' };
    if (has('xl/')) return unsupported('sheet', 'Excel sheet');
    if (has('ppt/')) return unsupported('slides', 'PowerPoint slides');
    if (has('visio/')) return unsupported('image', 'Visio drawing');
    if (has('FixedDocSeq') || has('FixedDocumentSequence') || has('Documents/1/')) return unsupported('document', 'XPS document');
  }
  if (has('Index/Document.iwa') || has('Index.zip') || has('index.apxl') || has('index.xml')) {
    const kind = kindOfName(fileName);
    return unsupported(kind === 'other' ? 'document' : kind, 'iWork document');
  }
  if (has('AndroidManifest.xml')) return unsupported('archive', 'Android app');
  if (has('META-INF/MANIFEST.MF')) return unsupported('archive', 'Java archive');
  const extension = extensionOf(fileName);
  // A docx without its main part is a damaged docx, not an archive.
  if (extension === 'docx' || extension === 'docm') return { format: 'corrupt', kind: 'document', label: 'A part of this Word document is missing' };
  const promised = kindOfName(fileName);
  return unsupported(promised === 'archive' || promised === 'book' || promised === 'program' || promised === 'data' || promised === 'image' || promised === 'document' ? promised : 'archive', 'Zip archive');
}

/** UTF-16 names of streams that tell the application, most telling first. */
const OLE_STREAMS: readonly (readonly [string, Format['kind'], string])[] = [
  ['WordDocument', 'document', 'Word document (97–2003)'],
  ['PowerPoint Document', 'slides', 'PowerPoint slides (97–2003)'],
  ['Workbook', 'sheet', 'Excel sheet (97–2003)'],
  ['Book', 'sheet', 'Excel sheet (5/95)'],
  ['__properties_version1.0', 'mail', 'Outlook message'],
  ['VisioDocument', 'image', 'Visio drawing'],
  ['HwpSummaryInformation', 'document', 'Hangul document'],
  ['Quill', 'document', 'Publisher document'],
];

/** Directory entries looked at: real files have a few dozen, and the telling ones come first. */
const OLE_DIRECTORY_BYTES = 16 * 1024;

/** Which application's file this OLE container is; an encrypted docx, xlsx or pptx is one too. `bytes` is the head, or more. */
export function oleFormat(bytes: Uint8Array, directory: Uint8Array, fileName: string): Format {
  const holds = (name: string): boolean => {
    const wanted = Buffer.from(name, 'utf16le');
    return Buffer.from(directory.buffer, directory.byteOffset, directory.length).includes(wanted) || Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(wanted);
  };
  const promised = kindOfName(fileName);
  if (holds('EncryptedPackage') || holds('EncryptionInfo')) return { format: 'encrypted', kind: promised === 'other' ? 'document' : promised, label: 'Office document with a password' };
  const found = OLE_STREAMS.find(([name]) => holds(name));
  if (found !== undefined) return { format: 'unsupported', kind: found[1], label: found[2] };
  return { format: 'unsupported', kind: promised === 'text' || promised === 'code' ? 'other' : promised, label: 'Old Office file' };
}

/** Byte range of an OLE container's directory, from its header: where the names of its streams stand. */
export function oleDirectoryRange(header: Uint8Array): { readonly start: number; readonly length: number } | null {
  if (header.length < 52) return null;
  const view = new DataView(header.buffer, header.byteOffset, header.length);
  const sectorShift = view.getUint16(30, true);
  if (sectorShift < 7 || sectorShift > 16) return null;
  return { start: (view.getUint32(48, true) + 1) * 2 ** sectorShift, length: OLE_DIRECTORY_BYTES };
}
