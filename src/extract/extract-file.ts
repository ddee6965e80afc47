/**
 * One file → one `Extraction`, in numbered steps. Runs inside an extractor process, and in tests. Never throws for a bad file; what ends
 * the process, spins or swallows memory is the pool's matter. Nothing here writes, logs, or keeps anything of a file.
 *
 * Files are read synchronously on purpose: the process has nothing else to do, five turns of the thread pool cost more than a small file,
 * and a disk that hangs is what the pool's deadline is for.
 */

import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync, type BigIntStats } from 'node:fs';
import type { Document, Extraction } from '../pipeline.ts';
import { splitPassages } from '../passage/passages.ts';
import { oleDirectoryRange, oleFormat, zipFormat } from './containers.ts';
import { declaredEncoding, detectFormat, type Format } from './detect.ts';
import type { Draft } from './draft.ts';
import { decodeText } from './encoding.ts';
import type { ExtractRequest } from './extractor.ts';
import { kindOfName } from './kinds.ts';
import { HEAD_BYTES, MAX_PARSED_BYTES, MAX_TEXT_BYTES } from './limits.ts';
import { detectLanguage } from './language.ts';
import { SKIP_REASONS, Unreadable } from './reasons.ts';
import { openFd, readPart } from './zip.ts';

const CHUNK_BYTES = 1024 * 1024;
/** A file that changed while it was read is read once more at once: a log that grows a line at a time settles so. */
const ATTEMPTS = 2;

/** What one file holds, or why not. */
export async function extractInProcess(request: ExtractRequest): Promise<Extraction> {
  for (let attempt = 1; ; attempt++) {
    const extraction = await attemptExtraction(request.path);
    if (attempt >= ATTEMPTS || extraction.state !== 'failed' || extraction.reason !== 'changed-while-reading') return extraction;
  }
}

async function attemptExtraction(path: string): Promise<Extraction> {
  const seen: Seen = { kind: kindOfName(path), contentHash: null };
  let fd: number | undefined;
  try {
    // 1. Open without waiting: a FIFO would wait for a writer for ever.
    fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    return await extractOpen(fd, path, seen);
  } catch (error) {
    const unreadable = error instanceof Unreadable ? error : fromSystem(error);
    return { state: unreadable.state, reason: unreadable.reason, detail: unreadable.message, contentHash: seen.contentHash, kind: seen.kind };
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** What is known when reading ends early. */
interface Seen {
  kind: Document['kind'];
  contentHash: string | null;
}

async function extractOpen(fd: number, path: string, seen: Seen): Promise<Extraction> {
  const before = fstatSync(fd, { bigint: true });
  if (!before.isFile()) throw Unreadable.skipped('not-a-file');
  if (before.size === 0n) throw Unreadable.skipped('empty', 'The file is empty.');
  // 2. What is it?
  const head = readAt(fd, 0, Math.min(HEAD_BYTES, Number(before.size)));
  if (head.length === 0) throw Unreadable.failed('changed-while-reading');
  const format = await lookInside(fd, detectFormat(head, path), head, path);
  seen.kind = format.kind;
  rejectUnread(format);
  // 3. Its bytes and their hash.
  const { bytes, contentHash, cut } = readWhole(fd, head, format, Number(before.size));
  if (!sameFile(before, fstatSync(fd, { bigint: true }))) throw Unreadable.failed('changed-while-reading');
  seen.contentHash = contentHash;
  // 4. Bytes to text.
  const draft = await readFormat(format, bytes, fd, path);
  if (draft.text.trim() === '') throw Unreadable.skipped(format.format === 'pdf' ? 'no-text' : 'empty');
  // 5. Language and passages.
  const document: Document = {
    kind: format.kind, title: draft.title, text: draft.text, marks: draft.marks, breaks: draft.breaks,
    language: await detectLanguage(draft.text, format.kind), truncated: draft.truncated || cut,
  };
  return { state: 'document', document, passages: splitPassages(document), contentHash };
}

/** Zip and OLE containers are told apart by what is in them. */
async function lookInside(fd: number, format: Format, head: Uint8Array, path: string): Promise<Format> {
  if (format.format === 'zip') {
    const parts = await openFd(fd).catch((error: unknown) => {
      // A split or damaged archive that promises nothing else is an archive all the same.
      if (error instanceof Unreadable && !/^(?:document|sheet|slides|book)$/.test(kindOfName(path))) return null;
      throw error;
    });
    if (parts === null) return { format: 'unsupported', kind: 'archive', label: 'Zip archive' };
    const mimetype = await readPart(parts, 'mimetype', 1024).catch(() => null);
    return zipFormat([...parts.entries.keys()], mimetype?.toString('latin1') ?? null, path);
  }
  if (format.format === 'ole') {
    const range = oleDirectoryRange(head);
    const directory = range === null ? new Uint8Array() : readAt(fd, range.start, range.length);
    return oleFormat(head, directory, path);
  }
  return format;
}

function rejectUnread(format: Format): void {
  switch (format.format) {
    case 'unsupported': throw Unreadable.skipped('unsupported-format', `${format.label}: found by name only.`);
    case 'binary': throw Unreadable.skipped('binary');
    case 'encrypted': throw Unreadable.skipped('encrypted', `${format.label}.`);
    case 'corrupt': throw Unreadable.failed('corrupt', `${format.label}.`);
    default: return;
  }
}

function isPlain(format: Format): boolean {
  return format.format !== 'pdf' && format.format !== 'docx' && format.format !== 'notebook';
}

/** The bytes to read (of plain text at most the limit), and the hash of the whole file, streamed. */
function readWhole(fd: number, head: Buffer, format: Format, size: number): { bytes: Buffer; contentHash: string; cut: boolean } {
  if (!isPlain(format) && size > MAX_PARSED_BYTES) throw Unreadable.skipped('too-large', `${SKIP_REASONS['too-large']} The limit for this format is ${MAX_PARSED_BYTES / 1024 / 1024} MB.`);
  const keep = isPlain(format) ? MAX_TEXT_BYTES : MAX_PARSED_BYTES;
  const hash = createHash('sha256');
  if (size <= head.length) return { bytes: head, contentHash: hash.update(head).digest('hex'), cut: false };
  const bytes = Buffer.allocUnsafe(Math.min(size, keep));
  const spare = size > keep ? Buffer.allocUnsafe(CHUNK_BYTES) : bytes;
  let position = 0;
  while (position < size) {
    const into = position < bytes.length ? bytes.subarray(position, Math.min(bytes.length, position + CHUNK_BYTES)) : spare;
    const bytesRead = readSync(fd, into, 0, Math.min(into.length, size - position), position);
    if (bytesRead === 0) throw Unreadable.failed('changed-while-reading');
    hash.update(into.subarray(0, bytesRead));
    position += bytesRead;
  }
  return { bytes, contentHash: hash.digest('hex'), cut: size > keep };
}

async function readFormat(format: Format, bytes: Buffer, fd: number, path: string): Promise<Draft> {
  switch (format.format) {
    case 'pdf': return (await import('./formats/pdf.ts')).readPdf(bytes);
    case 'docx': return (await import('./formats/docx.ts')).readDocx(bytes, await openFd(fd));
    default: return readText(format, bytes, path);
  }
}

async function readText(format: Format, bytes: Buffer, path: string): Promise<Draft> {
  const decoded = await decodeText(bytes, declaredEncoding(bytes.subarray(0, HEAD_BYTES)));
  if (decoded === null) throw Unreadable.skipped('binary');
  const { text } = decoded;
  switch (format.format) {
    case 'markdown': return (await import('./formats/markdown.ts')).readMarkdown(text);
    case 'html': return (await import('./formats/html.ts')).readHtml(text);
    case 'notebook': return (await import('./formats/notebook.ts')).readNotebook(text);
    case 'code': return (await import('./formats/code.ts')).readCode(text, path);
    default: return (await import('./formats/text.ts')).plainText(text);
  }
}

function readAt(fd: number, position: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  let read = 0;
  while (read < length) {
    const bytesRead = readSync(fd, buffer, read, length - read, position + read);
    if (bytesRead === 0) break;
    read += bytesRead;
  }
  return buffer.subarray(0, read);
}

/** Did the open file stay as it was? Its name may point elsewhere by now; that is the watcher's matter. */
function sameFile(before: BigIntStats, after: BigIntStats): boolean {
  return before.size === after.size && before.mtimeNs === after.mtimeNs;
}

function fromSystem(error: unknown): Unreadable {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'ENOENT': case 'ENOTDIR': case 'ESTALE': return Unreadable.failed('file-gone');
    case 'EACCES': case 'EPERM': case 'EBUSY': return Unreadable.failed('no-permission');
    case 'EISDIR': case 'ENXIO': case 'ELOOP': case 'EOPNOTSUPP': return Unreadable.skipped('not-a-file');
    case 'EIO': case 'ENODATA': case 'ETIMEDOUT': return Unreadable.failed('read-error');
    default: return Unreadable.failed('corrupt', `Reading it failed: ${error instanceof Error ? error.message.split('\n', 1)[0]?.slice(0, 200) : 'unknown error'}.`);
  }
}
