/**
 * How passages lie on disk: the texts of neighbouring passages of one file, compressed together, after a small header with what is
 * not text. Pure: bytes in, bytes out.
 */

import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Place } from '../contract/model.ts';
import type { Passage } from '../pipeline.ts';

/**
 * Text that is compressed together, UTF-16 units. Measured on prose: 1,000 units compress to 61 %, 16,000 to 50 %, 32,000 to 48 %; a hit
 * must unpack its block (60–110 µs at 16,000), and a search looks at two hundred passages: at 16,000 units that was half of its time.
 */
const BLOCK_UNITS = 6_000;
/** Level 3 is half as fast again as 6 and 3 % larger: the writer thread is the pipeline's narrow place. */
const LEVEL = 3;

export interface StoredPassage {
  readonly text: string;
  readonly place: Place;
  /** Offset of the passage in its document. */
  readonly start: number;
}

export interface Block {
  /** Ordinal of its first passage in the file. */
  readonly first: number;
  readonly count: number;
  readonly data: Uint8Array;
}

interface Header {
  /** UTF-16 length and offset of each passage. */
  readonly lengths: readonly number[];
  readonly starts: readonly number[];
  readonly places: readonly Place[];
}

/** Cuts a file's passages into compressed blocks. A passage longer than a block is a block of its own. */
export function packBlocks(passages: readonly Passage[]): Block[] {
  const blocks: Block[] = [];
  let from = 0;
  let units = 0;
  for (let index = 0; index <= passages.length; index++) {
    const length = passages[index]?.text.length ?? 0;
    if (index === passages.length || (index > from && units + length > BLOCK_UNITS)) {
      if (index > from) blocks.push(pack(passages.slice(from, index), from));
      from = index;
      units = 0;
    }
    units += length;
  }
  return blocks;
}

function pack(passages: readonly Passage[], first: number): Block {
  const header: Header = {
    lengths: passages.map((passage) => passage.text.length),
    starts: passages.map((passage) => passage.span.start),
    places: passages.map((passage) => passage.place),
  };
  // JSON has no raw line feed, so the first one ends the header.
  const content = `${JSON.stringify(header)}\n${passages.map((passage) => passage.text).join('')}`;
  return { first, count: passages.length, data: deflateRawSync(Buffer.from(content, 'utf8'), { level: LEVEL }) };
}

export function unpackBlock(data: Uint8Array): StoredPassage[] {
  const content = inflateRawSync(data).toString('utf8');
  const headerEnd = content.indexOf('\n');
  const header = JSON.parse(content.slice(0, headerEnd)) as Header; // written by pack above
  let at = headerEnd + 1;
  return header.lengths.map((length, index) => {
    const text = content.slice(at, at + length);
    at += length;
    return { text, place: header.places[index] ?? {}, start: header.starts[index] ?? 0 };
  });
}
