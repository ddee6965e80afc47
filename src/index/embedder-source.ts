/**
 * What an embedder is opened by: kept with each generation, so that its queries can be embedded whatever the settings say by then.
 * Pure. A key and headers of a server are secrets and stay in config.json.
 */

import { DEFAULT_SETTINGS } from '../config.ts';
import type { ServerSettings, Settings } from '../contract/settings.ts';
import type { GenerationRow } from '../store/index-store.ts';

/** `Settings.model` when the embedding server is meant. */
export const SERVER_MODEL = 'server';

export interface EmbedderSource {
  /** A model folder's name, or SERVER_MODEL. */
  readonly model: string;
  /** Of stored vectors; null: the model's own. */
  readonly dimension: number | null;
  /** Only for SERVER_MODEL. */
  readonly server: ServerSettings | null;
}

/** The model that comes with the program: it needs no download, so it answers while another is built. */
export const BUILT_IN: EmbedderSource = { model: DEFAULT_SETTINGS.model, dimension: null, server: null };

export function wantedSource(settings: Settings): EmbedderSource {
  return { model: settings.model, dimension: settings.dimension, server: settings.model === SERVER_MODEL ? settings.server : null };
}

/** For the catalog. */
export function writeSource({ model, dimension, server }: EmbedderSource): string {
  return JSON.stringify({ model, dimension, server: server === null ? null : { ...server, key: null, headers: [] } });
}

/** What the catalog has, with the secrets of the settings where these name the same server. */
export function readSource(row: Pick<GenerationRow, 'source'>, settings: Settings): EmbedderSource {
  // Of an index that was made when there was one generation only: that of the settings.
  if (row.source === '') return { model: settings.model === SERVER_MODEL ? BUILT_IN.model : settings.model, dimension: null, server: null };
  const kept = JSON.parse(row.source) as EmbedderSource; // written by writeSource
  if (kept.server === null) return kept;
  const { server } = settings;
  const same = server.baseUrl === kept.server.baseUrl;
  return { ...kept, server: same ? { ...kept.server, key: server.key, headers: server.headers, parallel: server.parallel, allowRemote: server.allowRemote } : kept.server };
}

export function sameSource(left: EmbedderSource, right: EmbedderSource): boolean {
  return JSON.stringify([left.model, left.dimension, left.server]) === JSON.stringify([right.model, right.dimension, right.server]);
}
