/**
 * One download from the first request to the installed folder, in steps that can each be cut off: what is there stays beside the
 * journal, and the next run goes on from it. It never begins by itself (model-shelf.ts).
 */

import { rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../contract/errors.ts';
import type { DownloadProgress, ModelCheck } from '../contract/models.ts';
import { freeBytes } from '../index/disk.ts';
import { ByteRate } from './byte-rate.ts';
import { fetchFile } from './fetch-file.ts';
import { fileAddress, listingAddress, parseListing, statusTrouble, type HubListing } from './hub.ts';
import type { HttpSource } from './http-source.ts';
import { installFolder } from './install.ts';
import { discardStaging, readJournal, writeJournal, type Journal, type JournalFile, type Staging } from './journal.ts';
import { PartFile } from './part-file.ts';
import { needsListing, planFiles, plannedBytes } from './plan-files.ts';
import { bytesOf, modelJson, type KnownFile, type RegistryModel, type RegistryVariant } from './registry-model.ts';
import { retried, type Patience } from './retry.ts';

/** The disk is asked anew each time so much has come: another program may fill it meanwhile. */
const SPACE_EVERY_BYTES = 64 * 1024 * 1024;
/** A list of a thousand files; what is longer is no list. */
const LONGEST_LISTING_BYTES = 8 * 1024 * 1024;

export interface DownloadOptions {
  readonly model: RegistryModel;
  readonly variant: RegistryVariant;
  readonly dataDirectory: string;
  readonly staging: Staging;
  readonly source: HttpSource;
  readonly mirror: string | null;
  /** Must stay free. */
  readonly minFreeBytes: number;
  readonly patience: Patience;
  readonly signal: AbortSignal;
  readonly onChange: () => void;
  /** Golden pairs over the complete folder. */
  readonly test: (folder: string) => Promise<ModelCheck>;
}

export class Download {
  readonly #options: DownloadOptions;
  readonly #rate = new ByteRate();
  #state: DownloadProgress['state'] = 'downloading';
  #trouble: string | null = null;
  #journal: Journal | undefined;
  /** Bytes of whole files and of the part that grows. */
  #whole = 0;
  #part: PartFile | undefined;
  #checkedAt = 0;

  constructor(options: DownloadOptions) {
    this.#options = options;
  }

  progress(): DownloadProgress {
    const { variant } = this.#options;
    const totalBytes = this.#journal === undefined ? bytesOf(variant) : plannedBytes(this.#journal, variant);
    const doneBytes = this.#whole + (this.#part?.bytes ?? 0);
    return {
      state: this.#state, variant: variant.id, doneBytes, totalBytes: Math.max(totalBytes, doneBytes),
      bytesPerSecond: this.#state === 'downloading' ? this.#rate.perSecond(Date.now()) : 0, trouble: this.#trouble,
    };
  }

  /** Resolves when the model is installed. Errors: download-failed, download-corrupt, disk-full; the signal's reason. */
  async run(): Promise<ModelCheck> {
    const { staging, variant, signal, dataDirectory, model } = this.#options;
    // 1. What is to come: from the journal of before, or from the registry and the hub.
    const journal = await this.#takeUp();
    await this.#countWhole(journal);
    // 2. Room for it.
    await this.#checkSpace();
    // 3. The files, one after the other.
    for (const { name } of journal.files) await this.#fetch(name);
    // 4. The description, and whether it works here.
    this.#change('testing', null);
    await writeFile(join(staging.model, 'model.json'), describe(model, variant, this.#journal ?? journal, this.#options.mirror), { mode: 0o600, flush: true });
    const check = await this.#options.test(staging.model);
    signal.throwIfAborted();
    // 5. Into its place in one step.
    await installFolder(dataDirectory, model.id, staging.model);
    await discardStaging(staging);
    return check;
  }

  async #takeUp(): Promise<Journal> {
    const { staging, variant } = this.#options;
    const kept = await readJournal(staging);
    const fits = kept?.variant === variant.id && kept.repository === variant.repository && (variant.revision === null || kept.revision === variant.revision);
    if (kept !== null && fits) return this.#journal = kept;
    await discardStaging(staging);
    const journal = planFiles(variant, needsListing(variant) ? await this.#askHub() : null);
    await writeJournal(staging, journal);
    return this.#journal = journal;
  }

  async #askHub(): Promise<HubListing | null> {
    const { source, mirror, variant, patience, signal } = this.#options;
    const address = listingAddress(mirror, variant.repository, variant.revision ?? 'main');
    return retried(patience, signal, (reason) => this.#change(reason === null ? 'downloading' : 'waiting', reason), async () => {
      const answer = await source.get(address, { accept: 'application/json' }, signal);
      if (answer.status !== 200) {
        answer.discard();
        // A plain mirror of files has no such list; its headers must do.
        if (answer.status === 404 || answer.status === 405) return null;
        throw statusTrouble(answer.status, answer.headers, Date.now());
      }
      const chunks: Buffer[] = [];
      let bytes = 0;
      for await (const chunk of answer.body()) {
        bytes += chunk.length;
        if (bytes > LONGEST_LISTING_BYTES) return null;
        chunks.push(chunk);
      }
      return parseListing(Buffer.concat(chunks).toString('utf8'));
    });
  }

  async #fetch(name: string): Promise<void> {
    const { source, mirror, staging, signal, patience } = this.#options;
    const journal = this.#journal;
    const file = journal?.files.find((each) => each.name === name);
    if (journal === undefined || file === undefined || file.done) return;
    this.#change('verifying', null);
    const part = await PartFile.open(staging.part(file.name), signal);
    this.#part = part;
    try {
      this.#change('downloading', null);
      const address = fileAddress(mirror, journal.repository, journal.revision ?? 'main', file.path);
      const fetched = await fetchFile({ name: file.name, address, bytes: file.bytes, sha256: file.sha256 }, {
        source, part, tag: file.tag, patience, signal,
        keepTag: (tag) => this.#note(file.name, { tag }),
        progress: () => this.#progressed(),
        waiting: (reason) => this.#change(reason === null ? 'downloading' : 'waiting', reason),
      });
      await part.finish(join(staging.model, file.name));
      this.#whole += fetched.bytes;
      this.#part = undefined;
      const hash = fetched.hash === 'known' ? file.hash ?? 'registry' : fetched.hash === 'server' ? 'hub' : 'first-use';
      await this.#note(file.name, { bytes: fetched.bytes, sha256: fetched.sha256, hash, tag: null, done: true }, fetched.revision);
    } finally {
      await part.close();
    }
  }

  async #note(name: string, change: Partial<JournalFile>, revision: string | null = null): Promise<void> {
    if (this.#journal === undefined) return;
    this.#journal = {
      ...this.#journal,
      // The commit of the first file holds for the others: `main` may move between two of them.
      revision: this.#journal.revision ?? revision,
      files: this.#journal.files.map((file) => (file.name === name ? { ...file, ...change } : file)),
    };
    await writeJournal(this.#options.staging, this.#journal);
  }

  /** A whole file that is gone, or has another size, is fetched again. */
  async #countWhole(journal: Journal): Promise<void> {
    const { staging } = this.#options;
    for (const file of journal.files) {
      const there = await stat(join(staging.model, file.name)).then(({ size }) => size, () => null);
      if (file.done && there === file.bytes) this.#whole += there ?? 0;
      else if (file.done) await this.#note(file.name, { done: false });
      else if (there !== null) await rename(join(staging.model, file.name), staging.part(file.name));
    }
  }

  async #progressed(): Promise<void> {
    const { doneBytes } = this.progress();
    this.#rate.observe(doneBytes, Date.now());
    this.#options.onChange();
    if (doneBytes - this.#checkedAt < SPACE_EVERY_BYTES) return;
    this.#checkedAt = doneBytes;
    await this.#checkSpace();
  }

  async #checkSpace(): Promise<void> {
    const { doneBytes, totalBytes } = this.progress();
    const parts = await Promise.all((this.#journal?.files ?? []).filter((file) => !file.done).map(({ name }) => stat(this.#options.staging.part(name)).then(({ size }) => size, () => 0)));
    const here = this.#part === undefined ? parts.reduce((sum, bytes) => sum + bytes, 0) : 0;
    requireSpace(totalBytes - doneBytes - here, await freeBytes(this.#options.dataDirectory), this.#options.minFreeBytes);
  }

  #change(state: DownloadProgress['state'], trouble: string | null): void {
    this.#state = state;
    this.#trouble = trouble;
    this.#options.onChange();
  }
}

/** Error: `disk-full`, which says how much is lacking. */
export function requireSpace(needed: number, free: number, minFree: number): void {
  const lacking = needed + minFree - free;
  if (lacking <= 0) return;
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
  throw new EngineError('disk-full', `Too little disk space: ${gigabytes(needed)} are still to come, ${gigabytes(free)} are free and ${gigabytes(minFree)} must stay so.`, { details: { needed, free } });
}

function describe(model: RegistryModel, variant: RegistryVariant, journal: Journal, mirror: string | null): string {
  const known = (role: JournalFile['role']): readonly KnownFile[] => journal.files.flatMap(({ name, bytes, sha256, role: own }) => (own === role && bytes !== null && sha256 !== null ? [{ name, bytes, sha256 }] : []));
  const [graph] = known('model');
  const [tokenizer] = known('tokenizer');
  if (graph === undefined || tokenizer === undefined) throw new EngineError('internal', 'A download ended without its graph or tokenizer.');
  const hashes = journal.files.some(({ hash }) => hash === 'first-use') ? 'first-use' : journal.files.some(({ hash }) => hash === 'hub') ? 'hub' : 'registry';
  return modelJson(model, variant, { model: graph, tokenizer, data: known('data') }, { repository: journal.repository, revision: journal.revision, address: mirror === null ? null : new URL(mirror).origin, hashes });
}
