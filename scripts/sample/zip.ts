/**
 * A zip archive of a few small files, stored and not compressed. Not a general zip writer: no folders, no large files.
 * Deflated bytes differ between builds of zlib; the sample must be the same bytes on every machine, so nothing is deflated.
 */

import { crc32 } from 'node:zlib';

export interface ZipEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** 1 January 2025, 00:00, in the two 16-bit fields of MS-DOS: a fixed moment, for the same reason. */
const DOS_TIME = 0;
const DOS_DATE = ((2025 - 1980) << 9) | (1 << 5) | 1;
/** Version 2.0 of the format; names are UTF-8. */
const VERSION = 20;
const UTF8_NAMES = 0x0800;

export function storedZip(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name, 'utf8');
    const shared = sharedFields(entry, name.length);
    const local = Buffer.concat([uint32(0x04034b50), shared, name, entry.bytes]);
    // After the shared fields: comment length, disk, attributes (2 + 4 bytes), and where the local header stands.
    directory.push(Buffer.concat([uint32(0x02014b50), uint16(VERSION), shared, Buffer.alloc(10), uint32(offset), name]));
    parts.push(local);
    offset += local.length;
  }
  const directoryBytes = Buffer.concat(directory);
  const end = Buffer.concat([
    uint32(0x06054b50), uint16(0), uint16(0), uint16(entries.length), uint16(entries.length),
    uint32(directoryBytes.length), uint32(offset), uint16(0),
  ]);
  return Buffer.concat([...parts, directoryBytes, end]);
}

/** The fields that stand in both headers, in the same order: version to the lengths of name and extra field. */
function sharedFields(entry: ZipEntry, nameLength: number): Buffer {
  const size = entry.bytes.length;
  return Buffer.concat([
    uint16(VERSION), uint16(UTF8_NAMES), uint16(0), uint16(DOS_TIME), uint16(DOS_DATE),
    uint32(crc32(entry.bytes)), uint32(size), uint32(size), uint16(nameLength), uint16(0),
  ]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
