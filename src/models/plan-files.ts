/**
 * Which files a download brings, and what is known of each: the registry's word first, then the hub's list. Pure.
 */

import { EngineError } from '../contract/errors.ts';
import type { HubListing } from './hub.ts';
import type { Journal, JournalFile } from './journal.ts';
import { localName, type RegistryFile, type RegistryVariant } from './registry-model.ts';

/** Is there anything that only the hub can say? */
export function needsListing(variant: RegistryVariant): boolean {
  const { model, tokenizer, data, moreData } = variant.files;
  return variant.revision === null || moreData === true || [model, tokenizer, ...data].some((file) => file.sha256 === null);
}

/**
 * `listing` null: nothing had to be asked, or the server keeps no such list (a plain mirror).
 * Errors: `download-failed` when files cannot be known without a list, `download-corrupt` when the list contradicts the registry.
 */
export function planFiles(variant: RegistryVariant, listing: HubListing | null): Journal {
  const { model, tokenizer, data, moreData } = variant.files;
  const more = moreData === true && listing !== null ? extraData(model, data, listing) : [];
  if (listing === null && moreData === true && data.length === 0) {
    throw new EngineError('download-failed', 'This server does not say which files the model has. Use the hub or a mirror of all of it, or import a folder.');
  }
  const files = [planned(model, 'model', listing), ...[...data, ...more].map((file) => planned(file, 'data', listing)), planned(tokenizer, 'tokenizer', listing)];
  return { variant: variant.id, repository: variant.repository, revision: variant.revision ?? listing?.revision ?? null, files };
}

/** Weights beside the graph are named after it: `model_fp16.onnx_data`, `model_fp16.onnx_data_1`. */
function extraData(model: RegistryFile, known: readonly RegistryFile[], listing: HubListing): readonly RegistryFile[] {
  return listing.files
    .filter(({ path }) => path.startsWith(`${model.path}_data`) && !known.some((file) => file.path === path))
    .map(({ path }) => ({ path, bytes: 0, rough: true, sha256: null }));
}

function planned(file: RegistryFile, role: JournalFile['role'], listing: HubListing | null): JournalFile {
  const listed = listing?.files.find(({ path }) => path === file.path) ?? null;
  if (listing !== null && listed === null) throw new EngineError('download-failed', `The hub does not have ${file.path} any more. Update Findling, or import a folder.`);
  const own = file.rough === true ? null : file.bytes;
  const differs = (listed?.sha256 ?? null) !== null && file.sha256 !== null && listed?.sha256 !== file.sha256;
  if (differs || (own !== null && (listed?.bytes ?? null) !== null && listed?.bytes !== own)) {
    throw new EngineError('download-corrupt', `The server's ${file.path} is not the one that the registry names. Try another mirror.`);
  }
  const sha256 = file.sha256 ?? listed?.sha256 ?? null;
  return {
    path: file.path, name: localName(file.path), role, bytes: own ?? listed?.bytes ?? null, sha256,
    hash: file.sha256 !== null ? 'registry' : sha256 !== null ? 'hub' : null, tag: null, done: false,
  };
}

/** Bytes to have in the end: exact where known, else the registry's figure. */
export function plannedBytes(journal: Journal, variant: RegistryVariant): number {
  const rough = new Map([variant.files.model, variant.files.tokenizer, ...variant.files.data].map((file) => [file.path, file.bytes]));
  return journal.files.reduce((sum, { path, bytes }) => sum + (bytes ?? rough.get(path) ?? 0), 0);
}
