/** Signatures of formats that are told by their first bytes. Pure data and one look-up; what lies inside zip and OLE containers is containers.ts. */

import type { FileKind } from '../contract/model.ts';

export interface Signature {
  readonly kind: FileKind;
  /** What a person calls it: `JPEG image`. */
  readonly label: string;
  /** Formats that need a closer look, or are read. */
  readonly format?: 'pdf' | 'zip' | 'ole';
  /** The format is written in text itself, so that looking like text speaks not against it. */
  readonly written?: true;
}

interface Row extends Signature {
  /** Latin-1; `?` stands for any byte. */
  readonly bytes: string;
  readonly offset?: number;
}

const ROWS: readonly Row[] = [
  { bytes: '%PDF-', kind: 'pdf', label: 'PDF', format: 'pdf' },
  { bytes: 'PK\x03\x04', kind: 'archive', label: 'Zip archive', format: 'zip' },
  { bytes: 'PK\x05\x06', kind: 'archive', label: 'Empty zip archive', format: 'zip' },
  { bytes: 'PK\x07\x08', kind: 'archive', label: 'Split zip archive', format: 'zip' },
  { bytes: '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', kind: 'document', label: 'Old Office file', format: 'ole' },
  { bytes: '{\\rtf', kind: 'document', label: 'Rich text (RTF)', written: true },
  { bytes: '%!PS', kind: 'document', label: 'PostScript', written: true },
  { bytes: '\xc5\xd0\xd3\xc6', kind: 'document', label: 'PostScript (EPS)' },
  { bytes: 'AT&TFORM', kind: 'document', label: 'DjVu document' },
  { bytes: '\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d', kind: 'document', label: 'OneNote section' },
  { bytes: '\xffWPC', kind: 'document', label: 'WordPerfect document' },
  { bytes: '\xdb\xa5', kind: 'document', label: 'Word document (before 97)' },
  { bytes: '\x31\xbe\x00\x00', kind: 'document', label: 'Windows Write document' },
  { bytes: '\x09\x04\x06\x00\x00\x00', kind: 'sheet', label: 'Excel sheet (before 97)' },
  { bytes: '\x09\x08', kind: 'sheet', label: 'Excel sheet (before 97)' },
  { bytes: 'ITSF', kind: 'document', label: 'Compiled help (CHM)' },
  { bytes: 'BOOKMOBI', offset: 60, kind: 'book', label: 'Kindle book' },
  { bytes: 'TEXtREAd', offset: 60, kind: 'book', label: 'Palm book' },
  { bytes: 'ITOLITLS', kind: 'book', label: 'Microsoft Reader book' },
  { bytes: '!BDN', kind: 'mail', label: 'Outlook mailbox' },
  { bytes: '\x78\x9f\x3e\x22', kind: 'mail', label: 'Outlook attachment (TNEF)' },
  { bytes: '\x89PNG\r\n\x1a\n', kind: 'image', label: 'PNG image' },
  { bytes: '\xff\xd8\xff', kind: 'image', label: 'JPEG image' },
  { bytes: 'GIF8', kind: 'image', label: 'GIF image' },
  { bytes: 'II*\x00', kind: 'image', label: 'TIFF image' },
  { bytes: 'MM\x00*', kind: 'image', label: 'TIFF image' },
  { bytes: '8BPS', kind: 'image', label: 'Photoshop image' },
  { bytes: 'RIFF????WEBP', kind: 'image', label: 'WebP image' },
  { bytes: '\x00\x00\x01\x00', kind: 'image', label: 'Icon' },
  { bytes: 'gimp xcf', kind: 'image', label: 'GIMP image' },
  { bytes: '\xd7\xcd\xc6\x9a', kind: 'image', label: 'Windows metafile' },
  { bytes: ' EMF', offset: 40, kind: 'image', label: 'Windows metafile' },
  { bytes: '\xff\x0a', kind: 'image', label: 'JPEG XL image' },
  { bytes: '\x00\x00\x00\x0cJXL ', kind: 'image', label: 'JPEG XL image' },
  { bytes: '\x00\x00\x00\x0cjP  ', kind: 'image', label: 'JPEG 2000 image' },
  { bytes: 'AC10', kind: 'image', label: 'AutoCAD drawing' },
  { bytes: 'FUJIFILM', kind: 'image', label: 'Camera raw image' },
  { bytes: 'ftyphei', offset: 4, kind: 'image', label: 'HEIC image' },
  { bytes: 'ftypmif1', offset: 4, kind: 'image', label: 'HEIF image' },
  { bytes: 'ftypavif', offset: 4, kind: 'image', label: 'AVIF image' },
  { bytes: 'ftypcrx', offset: 4, kind: 'image', label: 'Camera raw image' },
  { bytes: 'ftypM4A', offset: 4, kind: 'audio', label: 'MPEG-4 audio' },
  { bytes: 'ftypM4B', offset: 4, kind: 'audio', label: 'Audio book' },
  { bytes: 'ftyp', offset: 4, kind: 'video', label: 'MPEG-4 video' },
  { bytes: 'moov', offset: 4, kind: 'video', label: 'QuickTime video' },
  { bytes: 'mdat', offset: 4, kind: 'video', label: 'QuickTime video' },
  { bytes: 'RIFF????AVI ', kind: 'video', label: 'AVI video' },
  { bytes: '\x1aE\xdf\xa3', kind: 'video', label: 'Matroska or WebM video' },
  { bytes: 'FLV\x01', kind: 'video', label: 'Flash video' },
  { bytes: '\x00\x00\x01\xba', kind: 'video', label: 'MPEG video' },
  { bytes: '\x00\x00\x01\xb3', kind: 'video', label: 'MPEG video' },
  { bytes: '\x30\x26\xb2\x75\x8e\x66\xcf\x11', kind: 'video', label: 'Windows media' },
  { bytes: 'ID3', kind: 'audio', label: 'MP3 audio' },
  { bytes: '\xff\xfb', kind: 'audio', label: 'MP3 audio' },
  { bytes: '\xff\xf3', kind: 'audio', label: 'MP3 audio' },
  { bytes: '\xff\xf1', kind: 'audio', label: 'AAC audio' },
  { bytes: '\xff\xf9', kind: 'audio', label: 'AAC audio' },
  { bytes: 'RIFF????WAVE', kind: 'audio', label: 'Wave audio' },
  { bytes: 'fLaC', kind: 'audio', label: 'FLAC audio' },
  { bytes: 'OggS', kind: 'audio', label: 'Ogg audio or video' },
  { bytes: 'FORM????AIF', kind: 'audio', label: 'AIFF audio' },
  { bytes: 'MThd', kind: 'audio', label: 'MIDI music' },
  { bytes: '.snd', kind: 'audio', label: 'Sun audio' },
  { bytes: '#!AMR', kind: 'audio', label: 'AMR audio' },
  { bytes: '\x1f\x8b', kind: 'archive', label: 'Gzip archive' },
  { bytes: 'BZh', kind: 'archive', label: 'Bzip2 archive' },
  { bytes: '\xfd7zXZ\x00', kind: 'archive', label: 'XZ archive' },
  { bytes: '\x28\xb5\x2f\xfd', kind: 'archive', label: 'Zstandard archive' },
  { bytes: '\x04\x22\x4d\x18', kind: 'archive', label: 'LZ4 archive' },
  { bytes: '7z\xbc\xaf\x27\x1c', kind: 'archive', label: '7-Zip archive' },
  { bytes: 'Rar!\x1a\x07', kind: 'archive', label: 'RAR archive' },
  { bytes: 'MSCF', kind: 'archive', label: 'Windows cabinet' },
  { bytes: '\x60\xea', kind: 'archive', label: 'ARJ archive' },
  { bytes: '!<arch>\n', kind: 'archive', label: 'Unix archive' },
  { bytes: 'ustar', offset: 257, kind: 'archive', label: 'Tar archive' },
  { bytes: '-lh?-', offset: 2, kind: 'archive', label: 'LHA archive' },
  { bytes: 'xar!', kind: 'archive', label: 'XAR archive' },
  { bytes: 'QFI\xfb', kind: 'archive', label: 'Disk image' },
  { bytes: 'SQLite format 3\x00', kind: 'data', label: 'SQLite database' },
  { bytes: '\x00\x01\x00\x00Standard Jet DB', kind: 'data', label: 'Access database' },
  { bytes: '\x00\x01\x00\x00Standard ACE DB', kind: 'data', label: 'Access database' },
  { bytes: 'PAR1', kind: 'data', label: 'Parquet table' },
  { bytes: 'ARROW1', kind: 'data', label: 'Arrow table' },
  { bytes: '\x89HDF\r\n\x1a\n', kind: 'data', label: 'HDF5 data' },
  { bytes: 'bplist00', kind: 'data', label: 'Binary property list' },
  { bytes: '\x93NUMPY', kind: 'data', label: 'NumPy array' },
  { bytes: '\x7fELF', kind: 'program', label: 'Program' },
  { bytes: '\x00asm', kind: 'program', label: 'WebAssembly' },
  { bytes: '\xca\xfe\xba\xbe', kind: 'program', label: 'Java class or Mac program' },
  { bytes: '\xcf\xfa\xed\xfe', kind: 'program', label: 'Mac program' },
  { bytes: '\xce\xfa\xed\xfe', kind: 'program', label: 'Mac program' },
  { bytes: 'wOF2', kind: 'program', label: 'Font' },
  { bytes: 'wOFF', kind: 'program', label: 'Font' },
  { bytes: 'OTTO', kind: 'program', label: 'Font' },
  { bytes: 'ttcf', kind: 'program', label: 'Font' },
  { bytes: '\x00\x01\x00\x00\x00', kind: 'program', label: 'Font' },
  { bytes: 'L\x00\x00\x00\x01\x14\x02\x00', kind: 'program', label: 'Windows shortcut' },
];

/** Where a PDF's mark may stand: readers allow garbage before it. */
const PDF_MARK_WITHIN = 1024;

function matches(head: Uint8Array, row: Row): boolean {
  const offset = row.offset ?? 0;
  if (head.length < offset + row.bytes.length) return false;
  for (let index = 0; index < row.bytes.length; index++) {
    const wanted = row.bytes.charCodeAt(index);
    if (wanted !== 0x3f && head[offset + index] !== wanted) return false;
  }
  return true;
}

/** The format whose signature these first bytes carry; null when none. Short signatures of bytes that text may begin with are not in the table. */
export function signatureOf(head: Uint8Array): Signature | null {
  const found = ROWS.find((row) => matches(head, row));
  if (found !== undefined) return found;
  if (isWindowsProgram(head)) return { kind: 'program', label: 'Windows program' };
  if (isBitmap(head)) return { kind: 'image', label: 'Bitmap image' };
  if (isTransportStream(head)) return { kind: 'video', label: 'MPEG video' };
  const mark = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, PDF_MARK_WITHIN)).indexOf('%PDF-', 0, 'latin1');
  return mark === -1 ? null : { kind: 'pdf', label: 'PDF', format: 'pdf' };
}

/** `MZ` alone could begin a text. */
function isWindowsProgram(head: Uint8Array): boolean {
  return head[0] === 0x4d && head[1] === 0x5a && head.length > 64 && head.subarray(2, 64).includes(0);
}

function isBitmap(head: Uint8Array): boolean {
  return head[0] === 0x42 && head[1] === 0x4d && head.length > 18 && head[6] === 0 && head[7] === 0 && head[8] === 0 && head[9] === 0 && head[15] === 0;
}

/** `.ts` is TypeScript or video: a transport stream has its sync byte every 188 bytes. */
function isTransportStream(head: Uint8Array): boolean {
  return head.length > 188 * 4 && [0, 1, 2, 3, 4].every((packet) => head[packet * 188] === 0x47);
}
