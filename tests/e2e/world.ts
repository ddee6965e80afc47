/**
 * One test's world: a data directory of its own, a corpus, the real engine process, the page it serves, and a browser page on it.
 * Nothing is faked. What the page logs as an error, and every violation of the content security policy, fails the test at the end.
 */

import assert from 'node:assert/strict';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import type { EngineProtocol } from '../../src/contract/calls.ts';
import { connectEngine } from '../../src/host/connect-engine.ts';
import { openDataDirectory } from '../../src/host/data-directory.ts';
import type { Client } from '../../src/rpc/client.ts';
import { launchChromium } from './chromium.ts';
import { writeCorpus } from './corpus.ts';
import { SocketTap } from './socket-tap.ts';

/** Steps that build on each other: after one has failed the rest would only fail too, slowly. */
export function stepsOf(test: TestContext): (name: string, run: () => Promise<void>) => Promise<void> {
  return async (name, run) => {
    let passed = false;
    await test.test(name, async () => {
      await run();
      passed = true;
    });
    assert.ok(passed, `stopped after the step: ${name}`);
  };
}

export interface WorldOptions {
  /** More files of the corpus: path to content. */
  readonly files?: Readonly<Record<string, string>>;
  /** Add the corpus as a folder and wait until all of it is searchable. Default true. */
  readonly indexed?: boolean;
  readonly browser?: BrowserContextOptions;
}

export interface World {
  readonly page: Page;
  readonly engine: Client<EngineProtocol>;
  readonly corpus: string;
  readonly tap: SocketTap;
  /** What the page logged as an error so far; the test may take away what it expects. */
  readonly complaints: string[];
  /** A new engine process on the same data directory; answers the page's address there. */
  restartEngine(port: number): Promise<string>;
}

/** For a hang: what is waited for is a condition, and a busy machine may take long to come to it. */
const ACTION_TIMEOUT_MS = 120_000;

/** An engine flushes and closes within seconds; on a loaded machine its own deadline ends it after 15, and the timer of that may be late. */
const ENGINE_END_MS = 60_000;
const POLL_MS = 50;

/** Was the process gone before the deadline? It is killed when it was not: it would outlive the tests. */
async function hasEnded(pid: number): Promise<boolean> {
  for (const deadline = Date.now() + ENGINE_END_MS; Date.now() < deadline; await delay(POLL_MS)) if (!isRunning(pid)) return true;
  process.kill(pid, 'SIGKILL');
  return false;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}

/** The connection may close before the answer to `engine.stop` arrives: it did what it should. */
function ignoreClosed(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'connection-closed')) throw error;
}

let shared: Promise<Browser> | undefined;

/** One browser for all tests of a file; call `closeBrowser` after the last. */
export async function closeBrowser(): Promise<void> {
  await (await shared)?.close();
  shared = undefined;
}

/** Everything is taken down when the test ends, however it ends. */
export async function openWorld(test: Pick<TestContext, 'after'>, options: WorldOptions = {}): Promise<World> {
  const home = await realpath(await mkdtemp(path.join(tmpdir(), 'findling-e2e-')));
  const corpus = path.join(home, 'corpus');
  const dataDirectory = path.join(home, 'data');
  await writeCorpus(corpus, options.files);
  openDataDirectory(dataDirectory);
  const pids: number[] = [];
  const connect = async (): Promise<Client<EngineProtocol>> => {
    const { client } = await connectEngine({ dataDirectory, startIfMissing: true, software: 'e2e' });
    pids.push((await client.call('engine.info', undefined)).pid);
    return client;
  };
  let engine = await connect();
  const complaints: string[] = [];
  const contexts: BrowserContext[] = [];
  test.after(async () => {
    // The page first: it would complain that its engine has gone.
    for (const context of contexts) await context.close();
    // A test that killed the engine and did not start another has none to stop.
    if (engine.closedReason === undefined) await engine.call('engine.stop', undefined).catch(ignoreClosed);
    for (const pid of pids) if (!(await hasEnded(pid))) complaints.push(`the engine ${pid} did not end`);
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
    assert.deepEqual(complaints, [], 'the page complained');
  });
  if (options.indexed !== false) {
    await engine.call('roots.add', { path: corpus });
    await engine.call('index.settled', undefined);
  }
  const { address } = await engine.call('engine.servePage', {});

  shared ??= launchChromium();
  const context = await (await shared).newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', ...options.browser });
  contexts.push(context);
  context.setDefaultTimeout(ACTION_TIMEOUT_MS);
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()); });
  page.on('request', (request) => { if (!request.url().startsWith(new URL(address).origin)) complaints.push(`request to ${request.url()}`); });
  const tap = await SocketTap.of(page);
  await page.goto(address);

  return {
    page, corpus, tap, complaints,
    get engine() { return engine; },
    async restartEngine(port) {
      engine = await connect();
      return (await engine.call('engine.servePage', { port })).address;
    },
  };
}
