/**
 * A thread that reads the index: searches and look-ups, one after another. There are two alike; one of them also holds the names in
 * memory. Each request sees the last commit there was when it started.
 */

import { EngineError } from '../contract/errors.ts';
import { workerParentTransport } from '../rpc/node/process-transport.ts';
import { serve, type CallContext, type Handlers } from '../rpc/server.ts';
import * as ledger from './ledger.ts';
import { filesInBoth, generationCounts, listGenerations, queuedRetags, queuedVectorDeletions, unembeddedCount } from './generations.ts';
import { fold } from '../text/fold.ts';
import { JobQueue } from './job-queue.ts';
import { LexicalSearch } from './lexical.ts';
import { loadNames, searchNames } from './name-search.ts';
import { NameIndex } from './names.ts';
import { TextReader } from './read-text.ts';
import { listRoots } from './roots.ts';
import { openIndex } from './schema.ts';
import type { Sql } from './sql.ts';
import { storeError } from './sqlite-errors.ts';
import { MAX_PENDING, STORE_PROTOCOL_VERSION, type ReaderProtocol } from './store-protocol.ts';

interface Open {
  readonly sql: Sql;
  readonly texts: TextReader;
  readonly lexical: LexicalSearch;
  readonly names: NameIndex;
}

const queue = new JobQueue();
let open: Open | null = null;

function reads<T>(work: (open: Open) => T, context?: CallContext): Promise<T> {
  return queue.run(() => {
    if (open === null) throw new EngineError('internal', 'The index is not open.');
    try {
      return work(open);
    } catch (error) {
      throw storeError(error);
    }
  }, context?.signal ?? null);
}

const handlers: Handlers<ReaderProtocol> = {
  calls: {
    open: ({ dataDirectory, holdsNames }) => queue.run(() => {
      const sql = openIndex(dataDirectory, 'read');
      sql.define('fold', fold);
      const names = new NameIndex();
      if (holdsNames) loadNames(sql, names);
      open = { sql, texts: new TextReader(sql), lexical: new LexicalSearch(sql), names };
      return null;
    }),
    namesChanged: (changes) => reads(({ names }) => {
      names.apply(changes);
      return null;
    }),
    textForgotten: () => reads(({ texts }) => {
      texts.clear();
      return null;
    }),
    searchNames: ({ text, filters, limit }, context) => reads(({ sql, names }) => searchNames(sql, names, text, filters, limit), context),
    searchWords: ({ query, filters, limit }, context) => reads(({ lexical }) => lexical.search(query, filters, limit), context),
    listRoots: () => reads(({ sql }) => listRoots(sql)),
    nextPending: ({ limit, inFlight, pausedRoots }) => reads(({ sql }) => ledger.nextPending(sql, limit, inFlight, pausedRoots)),
    listGenerations: () => reads(({ sql }) => listGenerations(sql)),
    generationCounts: () => reads(({ sql }) => generationCounts(sql)),
    filesInBoth: ({ generationId, otherId }) => reads(({ sql }) => filesInBoth(sql, generationId, otherId)),
    unembeddedCount: (generationId) => reads(({ sql }) => unembeddedCount(sql, generationId)),
    queuedRetags: ({ generationId, limit }) => reads(({ sql }) => queuedRetags(sql, generationId, limit)),
    queuedVectorDeletions: ({ generationId, limit }) => reads(({ sql }) => queuedVectorDeletions(sql, generationId, limit)),
    filterScope: ({ filters, generationId, maxWindows }) => reads(({ sql }) => ledger.filterScope(sql, filters, generationId, maxWindows)),
    filterFiles: ({ fileIds, filters }) => reads(({ sql }) => ledger.filterFiles(sql, fileIds, filters)),
    windows: (windowIds) => reads(({ sql }) => ledger.windowRows(sql, windowIds)),
    files: (fileIds) => reads(({ sql }) => ledger.files(sql, fileIds)),
    passages: (passageIds) => reads(({ sql, texts }) => ledger.passages(sql, texts, passageIds)),
    passagesOfFile: ({ fileId, first, last }) => reads(({ sql, texts }) => ledger.passagesOfFile(sql, texts, fileId, first, last)),
    documentInfo: (fileId) => reads(({ sql }) => ledger.documentInfo(sql, fileId)),
    listFiles: (query) => reads(({ sql }) => ledger.listFiles(sql, query)),
    counts: () => reads(({ sql }) => ledger.counts(sql)),
    samplePassages: ({ count, seed }) => reads(({ sql, texts }) => ledger.samplePassages(sql, texts, count, seed)),
    getMeta: (key) => reads(({ sql }) => ledger.getMeta(sql, key)),
    textBytes: () => reads(({ sql }) => ledger.textBytes(sql)),
    close: () => queue.run(() => {
      open?.sql.close();
      open = null;
      return null;
    }),
  },
  subscriptions: {},
};

serve<ReaderProtocol>(workerParentTransport(), handlers, { protocolVersion: STORE_PROTOCOL_VERSION, maxPending: MAX_PENDING });
