/**
 * The watcher process: watches, crawls and presence checks of all roots, spoken to over rpc. It has a process of its own because a loop that is
 * busy with anything else loses hints, and because a crawl or a hung network disk must not hold up a query.
 * It keeps nothing: killed at any moment, it is started again and told its roots.
 */

import { homedir } from 'node:os';
import { realpathSync } from 'node:fs';
import { EngineError } from '../contract/errors.ts';
import { INTERNAL_PROTOCOL_VERSION } from '../process/supervised.ts';
import { parentProcessTransport } from '../rpc/node/process-transport.ts';
import { serve } from '../rpc/server.ts';
import { crawl } from './crawl.ts';
import type { Surroundings } from './ignore.ts';
import { judgePresence, observe } from './presence.ts';
import type { WatchEvent, WatchProcessOptions, WatchProtocol } from './watch-protocol.ts';
import { WatchRoots } from './watch-roots.ts';

const [, , argument] = process.argv;
if (argument === undefined) throw new EngineError('internal', 'This module runs only as a child process of the engine.');
// Written by watch-client.ts of the same build, so its shape is known.
const options = JSON.parse(argument) as WatchProcessOptions;

const surroundings: Surroundings = {
  platform: process.platform,
  home: homedir(),
  offLimits: options.neverLook.flatMap((path) => [path, resolved(path)]),
  readsEverything: process.platform === 'win32' || process.getuid?.() === 0,
};

const observers = new Set<(event: WatchEvent) => void>();
const roots = new WatchRoots(options, surroundings, (event) => { for (const observer of observers) observer(event); });
/** Crawls that wait for their batch to be acknowledged. */
const waiting = new Map<number, () => void>();

const transport = parentProcessTransport();
serve<WatchProtocol>(transport, {
  calls: {
    async watch({ roots: wanted }) {
      await roots.set(wanted);
      return null;
    },
    async presence({ root, known }) {
      return judgePresence(await observe(root.path, known?.sample ?? []), known);
    },
    acknowledge({ crawl: id }) {
      waiting.get(id)?.();
      return null;
    },
  },
  subscriptions: {
    events: (_, next, { signal }) => new Promise((resolve) => {
      observers.add(next);
      signal.addEventListener('abort', () => { observers.delete(next); resolve(); }, { once: true });
    }),
    async crawl({ crawl: id, root, directory, recursive }, next, context) {
      const abort = new AbortController();
      context.signal.addEventListener('abort', () => { abort.abort(); waiting.get(id)?.(); }, { once: true });
      const summary = await crawl({
        root, directory, recursive, surroundings, signal: abort.signal,
        onListings: (listings) => new Promise((resolve) => {
          waiting.set(id, () => { waiting.delete(id); resolve(); });
          next({ kind: 'listings', listings });
        }),
      });
      next({ kind: 'summary', summary });
    },
  },
}, { protocolVersion: INTERNAL_PROTOCOL_VERSION });

// The engine ended: nobody needs this process, and watches would keep it alive. The system takes them back; there is nothing to save.
process.once('disconnect', () => process.exit(0));

function resolved(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // Not there yet, or not to be seen: then its own spelling must do.
    return path;
  }
}
