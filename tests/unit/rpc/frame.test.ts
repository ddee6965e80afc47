/** The framing: whole, torn and hostile bytes. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineError } from '../../../src/contract/errors.ts';
import { encodeFrame, FrameReader } from '../../../src/rpc/node/frame.ts';

function readAll(reader: FrameReader, bytes: Buffer): unknown[] {
  return [...reader.push(bytes)];
}

function frameOf(header: string | Buffer, bytes: Buffer = Buffer.alloc(0), lengths: { total?: number; header?: number } = {}): Buffer {
  const head = Buffer.from(header);
  const start = Buffer.alloc(8);
  start.writeUInt32BE(lengths.total ?? 4 + head.byteLength + bytes.byteLength, 0);
  start.writeUInt32BE(lengths.header ?? head.byteLength, 4);
  return Buffer.concat([start, head, bytes]);
}

const refused = (error: unknown): boolean => error instanceof EngineError && error.code === 'bad-input';

describe('frames', () => {
  const messages = [{ kind: 'call', id: 1, name: 'x', input: { text: '日本語 \u0000 👩‍👩‍👧' } }, 'plain', 0, null, [true, { deep: [[]] }]];

  it('are read as they were written', () => {
    assert.deepEqual(readAll(new FrameReader(), Buffer.concat(messages.map((message) => encodeFrame(message)))), messages);
  });
  it('are read however the stream is torn', () => {
    const stream = Buffer.concat(messages.map((message) => encodeFrame(message)));
    for (const size of [1, 2, 3, 5, 7, 64]) {
      const reader = new FrameReader();
      const read: unknown[] = [];
      for (let at = 0; at < stream.byteLength; at += size) read.push(...reader.push(stream.subarray(at, at + size)));
      assert.deepEqual(read, messages, `pieces of ${size}`);
    }
  });
  it('carry bytes beside the JSON, and each message its own copy', () => {
    const first = new Uint8Array([0, 1, 255]);
    const message = { a: first, list: [new Uint8Array(0), Buffer.from('text')] };
    const encoded = encodeFrame(message);
    const [read] = readAll(new FrameReader(), encoded) as [{ a: Uint8Array; list: Uint8Array[] }];
    encoded.fill(0);
    assert.deepEqual(read.a, first);
    assert.deepEqual(read.list.map((bytes) => Buffer.from(bytes).toString()), ['', 'text']);
  });
  it('refuse to be written larger than allowed', () => {
    assert.throws(() => encodeFrame('x'.repeat(100), 100), refused);
    assert.throws(() => encodeFrame(new Uint8Array(100), 100), refused);
    assert.doesNotThrow(() => encodeFrame('x'.repeat(94), 100));
  });
  it('refuse what has no JSON form', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    for (const message of [1n, circle, undefined, () => 1]) assert.throws(() => encodeFrame(message), refused);
  });

  const hostile: Readonly<Record<string, Buffer>> = {
    'of no length': Buffer.from([0, 0, 0, 0]),
    'with a length too small for a header': Buffer.from([0, 0, 0, 4, 0, 0, 0, 0]),
    'larger than allowed, before any of it is received': Buffer.from([0xff, 0xff, 0xff, 0xff]),
    'with a header longer than the frame': frameOf('{}', Buffer.alloc(0), { header: 3 }),
    'with a header of no length': frameOf('', Buffer.from('{}')),
    'whose header is not JSON': frameOf('{"kind":'),
    'whose header is not UTF-8': frameOf(Buffer.from([0x22, 0xff, 0xfe, 0x22])),
    'that names bytes it has not': frameOf('{"\\u0000bytes":[0,5]}', Buffer.from('1234')),
    'that names bytes before its start': frameOf('{"\\u0000bytes":[-1,2]}', Buffer.from('1234')),
    'that names bytes oddly': frameOf('{"\\u0000bytes":"all"}', Buffer.from('1234')),
  };
  for (const [what, bytes] of Object.entries(hostile)) {
    it(`${what} are refused`, () => assert.throws(() => readAll(new FrameReader(), bytes), refused));
  }
  it('that never end are held no longer than allowed', () => {
    const reader = new FrameReader(1_000);
    assert.deepEqual(readAll(reader, frameOf('x'.repeat(500), Buffer.alloc(0), { total: 900 })), []);
    assert.throws(() => readAll(reader, frameOf('y'.repeat(900))), refused);
  });
});
