/**
 * The one thread that writes the index. Requests are answered in their order, each in a transaction of its own; extractions that wait
 * behind one another share one transaction (group commit), because a commit costs a wait for the disk.
 */

import { EngineError } from '../contract/errors.ts';
import { stepBehind } from '../process/priority.ts';
import { workerParentTransport } from '../rpc/node/process-transport.ts';
import { serve, type Handlers } from '../rpc/server.ts';
import { applyListings, finishCrawl, keepDirectories } from './catalog.ts';
import { CommitGroup } from './commit-group.ts';
import { nextDerivable } from './derivable.ts';
import { forgetPath, removeRoot, scrub } from './forget.ts';
import {
  activateGeneration, dropGeneration, ensureGeneration, markEmbedded, nextUnembedded, vectorsDeleted, vectorsRetagged, verifyVectors,
} from './generations.ts';
import { JobQueue } from './job-queue.ts';
import { maintain } from './maintenance.ts';
import { TextReader } from './read-text.ts';
import { addRoot, updateRoot } from './roots.ts';
import { openIndex } from './schema.ts';
import { MAX_PENDING, STORE_PROTOCOL_VERSION, type WriterProtocol, type Written } from './store-protocol.ts';
import { createWriteContext, write, type WriteContext } from './write-context.ts';

interface Open {
  readonly context: WriteContext;
  readonly texts: TextReader;
  readonly commits: CommitGroup;
}

const queue = new JobQueue();
let open: Open | null = null;

function opened(): Open {
  if (open === null) throw new EngineError('internal', 'The index is not open.');
  return open;
}

/** One transaction, when its turn comes. */
function writes<T>(work: (context: WriteContext) => T): Promise<Written<T>> {
  return queue.run(() => {
    const { context } = opened();
    const value = write(context, () => work(context));
    return { value, names: context.names.take() };
  });
}

/** As `writes`, then takes the traces out of the files. */
async function forgets<T>(work: (context: WriteContext) => T): Promise<Written<T>> {
  const written = await writes(work);
  await queue.run(() => {
    opened().texts.clear();
    scrub(opened().context.sql);
  });
  return written;
}

const nothing = (work: (context: WriteContext) => void) => (context: WriteContext): null => {
  work(context);
  return null;
};

const handlers: Handlers<WriterProtocol> = {
  calls: {
    open: ({ dataDirectory, maxBytes }) => queue.run(() => {
      const sql = openIndex(dataDirectory, 'write', { maxBytes });
      const context = createWriteContext(sql);
      open = { context, texts: new TextReader(sql), commits: new CommitGroup(context) };
      return null;
    }),
    addRoot: ({ path, options }) => writes((context) => addRoot(context, path, options, Date.now())),
    updateRoot: ({ rootId, options }) => writes((context) => updateRoot(context, rootId, options)),
    removeRoot: (rootId) => forgets((context) => removeRoot(context, rootId)),
    applyListings: ({ listings, crawlId }) => writes((context) => applyListings(context, listings, crawlId)),
    keepDirectories: ({ rootId, directories, crawlId }) => writes(nothing((context) => keepDirectories(context, rootId, directories, crawlId))),
    finishCrawl: ({ rootId, directory, crawlId }) => writes((context) => finishCrawl(context, rootId, directory, crawlId)),
    commitExtraction: (input) => new Promise((resolve, reject) => {
      const { commits } = opened();
      commits.add({ input, resolve, reject });
      // Whichever turn comes first takes all that wait; the others find nothing left to do.
      void queue.run(() => commits.flush());
    }),
    retry: (fileIds) => writes(({ sql }) => (fileIds === null
      ? sql.change('UPDATE files SET state = 0, reason = NULL, detail = NULL WHERE state = 3 AND tombstone = 0')
      : sql.change(
        `UPDATE files SET state = 0, reason = NULL, detail = NULL, content_hash = NULL
         WHERE tombstone = 0 AND unread IS NULL AND state <> 0 AND id IN (SELECT value FROM json_each(?))`, JSON.stringify(fileIds),
      ))),
    forgetPath: (path) => forgets((context) => forgetPath(context, path)),
    ensureGeneration: (wanted) => writes((context) => ensureGeneration(context, wanted, Date.now())),
    activateGeneration: (generationId) => writes(nothing((context) => activateGeneration(context, generationId, Date.now()))),
    dropGeneration: (generationId) => writes(nothing((context) => dropGeneration(context, generationId))),
    nextUnembedded: ({ generationId, characters, inFlight }) => writes((context) => nextUnembedded(context, opened().texts, generationId, characters, inFlight)),
    nextDerivable: ({ generationId, fromId, limit }) => writes((context) => nextDerivable(context, generationId, fromId, limit)),
    markEmbedded: ({ generationId, windowIds }) => writes(nothing((context) => markEmbedded(context, generationId, windowIds))),
    vectorsRetagged: ({ generationId, tags }) => writes(nothing((context) => vectorsRetagged(context, generationId, tags))),
    vectorsDeleted: ({ generationId, windowIds }) => writes(nothing((context) => vectorsDeleted(context, generationId, windowIds))),
    verifyVectors: ({ generationId, windowIds }) => writes((context) => verifyVectors(context, generationId, windowIds)),
    setMeta: ({ key, value }) => writes(nothing(({ sql }) => sql.run('INSERT INTO meta(key, value) VALUES (?1, ?2) ON CONFLICT(key) DO UPDATE SET value = ?2', key, value))),
    maintain: () => queue.run(() => {
      maintain(opened().context.sql);
      return { value: null, names: null };
    }),
    close: () => queue.run(() => {
      open?.context.sql.close();
      open = null;
      return null;
    }),
  },
  subscriptions: {},
};

// Readers answer people; what is written here, nobody waits for that long.
stepBehind();
serve<WriterProtocol>(workerParentTransport(), handlers, { protocolVersion: STORE_PROTOCOL_VERSION, maxPending: MAX_PENDING });
