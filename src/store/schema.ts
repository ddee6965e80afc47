/**
 * The index's tables and how an older file becomes a newer one. What a reader would get wrong:
 *
 * - There is no table of passages. A file's passages have consecutive ids from `files.first_passage` on, and their text lies in `blocks`,
 *   compressed some 16 KB together (blocks.ts): one row per passage would double the size and halve the speed.
 * - Passage ids grow in two directions from 2^27 (passages.ts), so that a larger id is a newer file. AUTOINCREMENT (no id is used twice)
 *   serves all other tables: a vector of a deleted window must never meet a new window of the same id.
 * - `state` 0 pending, 1 indexed, 2 skipped, 3 failed. A tombstone keeps everything of a file, and is found by nothing.
 */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '../contract/errors.ts';
import { numberOf, Sql, textOf } from './sql.ts';
import { storeError } from './sqlite-errors.ts';

export const SCHEMA_VERSION = 2;
/** `Find` in ASCII: tells an index from any other SQLite file. */
const APPLICATION_ID = 0x46696e64;
const FILE_NAME = 'index.sqlite';

/** Page caches, KiB. Together they are the store's share of the 450 MB that all processes may take; the system caches the file besides. */
const WRITER_CACHE_KIB = 16_384;
const READER_CACHE_KIB = 8_192;
/** Text blocks of small files are 1 to 3 KB: pages of 4 KB left a third of themselves empty. */
const PAGE_BYTES = 8_192;
/** Waits for another connection's lock. Readers never wait in WAL mode except while the log is reset. */
const BUSY_TIMEOUT_MS = 5_000;
/** Pages of log before SQLite writes them back: 16 MB, so that bulk indexing copies a hot page once and not after each file. */
const CHECKPOINT_PAGES = 2_000;

export type Access = 'write' | 'read';

export interface OpenOptions {
  /** The file may not grow beyond this; then writes fail with `disk-full`. */
  readonly maxBytes?: number | undefined;
}

export function indexPath(dataDirectory: string): string {
  return join(dataDirectory, FILE_NAME);
}

/** Opens (for `write`: creates or upgrades) the index. Errors: index-newer, index-corrupt, data-directory-denied, disk-full. */
export function openIndex(dataDirectory: string, access: Access, options: OpenOptions = {}): Sql {
  let sql: Sql | undefined;
  try {
    if (access === 'write') mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
    sql = new Sql(indexPath(dataDirectory), { readOnly: access === 'read' });
    sql.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    if (access === 'write') prepareForWriting(sql, options);
    else sql.exec(`PRAGMA cache_size = -${READER_CACHE_KIB}; PRAGMA temp_store = MEMORY`);
    return sql;
  } catch (error) {
    sql?.close();
    if (error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM' || error.code === 'EROFS' || error.code === 'ENOTDIR' || error.code === 'EEXIST')) {
      throw new EngineError('data-directory-denied', undefined, { cause: error, details: { path: dataDirectory } });
    }
    throw storeError(error);
  }
}

function prepareForWriting(sql: Sql, options: OpenOptions): void {
  const version = numberOf(sql.get('PRAGMA user_version')?.['user_version']);
  const application = numberOf(sql.get('PRAGMA application_id')?.['application_id']);
  const tables = numberOf(sql.get('SELECT count(*) AS tables FROM sqlite_schema')?.['tables']);
  if (tables > 0 && application !== APPLICATION_ID) throw new EngineError('index-corrupt', 'The index file holds something else.');
  if (version > SCHEMA_VERSION) throw new EngineError('index-newer', undefined, { details: { found: version, known: SCHEMA_VERSION } });
  // Pages freed by a deletion are given back to the system, so that forgetting can leave none behind (forget.ts). Only before the first table.
  if (tables === 0) sql.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA auto_vacuum = INCREMENTAL`);
  sql.exec('PRAGMA journal_mode = WAL');
  // FULL: a commit that was answered survives a power cut. Vectors are marked after it, and window ids must not be given out twice.
  sql.exec('PRAGMA synchronous = FULL');
  // FAST: what is deleted is zeroed inside its page at no cost; freed pages are dealt with when something is forgotten.
  sql.exec('PRAGMA secure_delete = FAST');
  sql.exec(`PRAGMA cache_size = -${WRITER_CACHE_KIB}; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}; PRAGMA foreign_keys = OFF`);
  if (options.maxBytes !== undefined) sql.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(options.maxBytes / PAGE_BYTES))}`);
  if (version < SCHEMA_VERSION) upgrade(sql, version);
  checkSound(sql);
}

/** Each step leads from its index to the next version. Steps are never edited once released. */
const STEPS: readonly string[] = [`
  CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE counters(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE roots(id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL UNIQUE, options TEXT NOT NULL, added_ms INTEGER NOT NULL);

  -- label: folded path from the root's own name on, parts joined by '/'; for filters and for names found by their folder.
  CREATE TABLE directories(
    id INTEGER PRIMARY KEY AUTOINCREMENT, root_id INTEGER NOT NULL, parent_id INTEGER NOT NULL, path TEXT NOT NULL, label TEXT NOT NULL,
    seen INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0);
  CREATE UNIQUE INDEX directories_by_path ON directories(root_id, path);
  CREATE INDEX directories_by_parent ON directories(parent_id);

  CREATE TABLE files(
    id INTEGER PRIMARY KEY AUTOINCREMENT, root_id INTEGER NOT NULL, directory_id INTEGER NOT NULL, name TEXT NOT NULL, extension TEXT NOT NULL,
    kind TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, modified_ms INTEGER NOT NULL, device INTEGER NOT NULL, inode INTEGER NOT NULL,
    unread TEXT, state INTEGER NOT NULL, tombstone INTEGER NOT NULL DEFAULT 0, reason TEXT, detail TEXT, content_hash TEXT, language TEXT, title TEXT,
    first_passage INTEGER, passage_count INTEGER NOT NULL DEFAULT 0, characters INTEGER NOT NULL DEFAULT 0, text_bytes INTEGER NOT NULL DEFAULT 0);
  CREATE UNIQUE INDEX files_by_path ON files(directory_id, name) WHERE tombstone = 0;
  CREATE INDEX files_by_inode ON files(inode);
  CREATE INDEX files_by_passage ON files(first_passage) WHERE first_passage IS NOT NULL;
  CREATE INDEX files_by_modified ON files(modified_ms);
  CREATE INDEX files_by_kind ON files(kind, extension);
  CREATE INDEX files_pending ON files(modified_ms) WHERE state = 0 AND tombstone = 0;
  CREATE INDEX files_by_state ON files(root_id, state) WHERE tombstone = 0;
  CREATE INDEX files_tombstones ON files(content_hash) WHERE tombstone = 1;

  -- first_passage to first_passage + count - 1; data: blocks.ts. Passage ids are no key: they mostly grow downwards, and a table filled
  -- downwards leaves each of its pages half empty.
  CREATE TABLE blocks(id INTEGER PRIMARY KEY, first_passage INTEGER NOT NULL, count INTEGER NOT NULL, data BLOB NOT NULL);
  CREATE UNIQUE INDEX blocks_by_passage ON blocks(first_passage, count);
  -- words: what text/index-text.ts cuts, ready for a tokenizer that only splits at spaces and ASCII punctuation.
  CREATE VIRTUAL TABLE lexicon USING fts5(words, extra, content = '', contentless_delete = 1, tokenize = 'ascii');
  CREATE VIRTUAL TABLE vocabulary USING fts5vocab(lexicon, row);

  CREATE TABLE generations(
    id INTEGER PRIMARY KEY AUTOINCREMENT, fingerprint TEXT NOT NULL UNIQUE, model_id TEXT NOT NULL, dimension INTEGER NOT NULL,
    window_rule TEXT NOT NULL, active INTEGER NOT NULL, created_ms INTEGER NOT NULL);
  CREATE TABLE windows(
    id INTEGER PRIMARY KEY AUTOINCREMENT, generation_id INTEGER NOT NULL, file_id INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
    hash BLOB NOT NULL, embedded INTEGER NOT NULL DEFAULT 0);
  CREATE INDEX windows_by_file ON windows(file_id, generation_id);
  -- One row per indexed file and generation. waiting: some of its windows have no vector yet, or are not planned.
  CREATE TABLE embeddings(
    generation_id INTEGER NOT NULL, file_id INTEGER NOT NULL, root_id INTEGER NOT NULL, windows INTEGER NOT NULL, planned INTEGER NOT NULL,
    waiting INTEGER NOT NULL, modified_ms INTEGER NOT NULL, characters INTEGER NOT NULL, PRIMARY KEY(generation_id, file_id)) WITHOUT ROWID;
  CREATE INDEX embeddings_waiting ON embeddings(generation_id, modified_ms, root_id, characters) WHERE waiting = 1;
  CREATE TABLE vector_deletions(id INTEGER PRIMARY KEY AUTOINCREMENT, generation_id INTEGER NOT NULL, window_id INTEGER NOT NULL);
  CREATE INDEX vector_deletions_by_window ON vector_deletions(generation_id, window_id);
  -- Files whose vectors stay but whose filter columns beside them are out of date: moved to another root, touched, read as another kind.
  CREATE TABLE vector_retags(generation_id INTEGER NOT NULL, file_id INTEGER NOT NULL, PRIMARY KEY(generation_id, file_id)) WITHOUT ROWID;
  CREATE TRIGGER files_retagged AFTER UPDATE OF root_id, kind, modified_ms ON files
    WHEN old.first_passage IS NOT NULL AND (old.root_id <> new.root_id OR old.kind <> new.kind OR old.modified_ms / 86400000 <> new.modified_ms / 86400000)
    BEGIN INSERT OR IGNORE INTO vector_retags SELECT id, new.id FROM generations; END;
  CREATE TRIGGER files_untagged AFTER DELETE ON files BEGIN DELETE FROM vector_retags WHERE file_id = old.id; END;
`, `
  -- family: fingerprint of the whole vectors that this generation's were cut from; its own when they are not cut.
  -- source: JSON of how its embedder is opened (index/embedder-source.ts). answered_ms: when it last began to answer; NULL: never yet.
  ALTER TABLE generations ADD COLUMN family TEXT NOT NULL DEFAULT '';
  ALTER TABLE generations ADD COLUMN source TEXT NOT NULL DEFAULT '';
  ALTER TABLE generations ADD COLUMN answered_ms INTEGER;
  UPDATE generations SET family = fingerprint, answered_ms = CASE active WHEN 1 THEN created_ms END;
`];

function upgrade(sql: Sql, from: number): void {
  sql.transaction(() => {
    for (const step of STEPS.slice(from)) sql.exec(step);
    sql.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}`);
  });
}

/** Opening reads only the first page: a file that lost its later ones must be refused here, not in the middle of a search. */
function checkSound(sql: Sql): void {
  const tables = sql.all("SELECT name FROM sqlite_schema WHERE type = 'table'").map((row) => textOf(row['name']));
  for (const table of ['files', 'blocks', 'windows']) {
    if (!tables.includes(table)) throw new EngineError('index-corrupt', `The index lacks its table of ${table}.`);
    sql.get(`SELECT max(rowid) FROM ${table}`);
  }
  sql.get("SELECT rowid FROM lexicon WHERE lexicon MATCH 'a' LIMIT 1");
}
