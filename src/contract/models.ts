/**
 * Nouns of the model manager, of generations of vectors and of embedding servers. Plain readonly data, as in model.ts.
 */

/** What a model is for. */
export type ModelTask = 'embedding' | 'reranking';

/** A model a person can choose: built in, of the registry, or brought along. */
export interface ModelListing {
  /** Its folder's name; `server` for the embedding server. */
  readonly id: string;
  readonly title: string;
  readonly task: ModelTask;
  readonly origin: 'built-in' | 'registry' | 'imported' | 'server';
  /** What it is good for, one sentence in English. */
  readonly about: string;
  /** SPDX expression or a sentence. */
  readonly licence: string;
  /** Where it comes from, for people; null when it has no page. */
  readonly page: string | null;
  readonly dimension: number;
  /** Files it can be downloaded as; empty when it cannot. The first is recommended for this machine. */
  readonly variants: readonly ModelVariant[];
  /** null: not on this machine. */
  readonly installed: InstalledModel | null;
  /** null: no download is under way and none failed. */
  readonly download: DownloadProgress | null;
}

export interface ModelVariant {
  readonly id: string;
  /** To download, all files together. */
  readonly bytes: number;
  /** Precision and what it asks for, one sentence in English. */
  readonly about: string;
  readonly needsGpu: boolean;
}

export interface InstalledModel {
  /** null: imported without a known variant. */
  readonly variant: string | null;
  readonly bytes: number;
  /** The last self-test; null: not tested yet. */
  readonly check: ModelCheck | null;
  readonly removable: boolean;
}

/** Golden pairs of a model or a server: cosines that are known against those found here. */
export interface ModelCheck {
  readonly atMs: number;
  readonly passed: boolean;
  /** One sentence in English. */
  readonly detail: string;
  readonly cosines: readonly { readonly expected: number; readonly found: number }[];
}

export interface DownloadProgress {
  /** `waiting`: tries again by itself. `stopped`: by a person, or by the engine's end; only a person makes it go on. */
  readonly state: 'waiting' | 'downloading' | 'verifying' | 'testing' | 'stopped' | 'failed';
  readonly variant: string;
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly bytesPerSecond: number;
  /** Why it failed or waits; null when all is well. A failed download keeps what it has and goes on from there. */
  readonly trouble: string | null;
}

/** The vectors of one model (DESIGN section 3). Exactly one generation answers. */
export interface GenerationStatus {
  readonly id: number;
  readonly modelId: string;
  readonly dimension: number;
  /** `ready`: complete, waits to be switched to. `kept`: answered before; a roll-back switches to it. */
  readonly state: 'answering' | 'building' | 'ready' | 'kept';
  readonly files: number;
  readonly filesEmbedded: number;
  /** Of the text, 0 to 1. */
  readonly share: number;
  /** Honest estimate until it is complete; null while unknown. */
  readonly remainingMs: number | null;
  readonly bytes: number;
  /** Disk it will need when complete; null while unknown. */
  readonly expectedBytes: number | null;
  /** What it waits for (`mains power`, `the computer to be idle`), in English; null when it runs or is complete. */
  readonly waitsFor: string | null;
  readonly createdMs: number;
}

/** What a change of model would take, before it is begun. */
export interface ModelPlan {
  readonly modelId: string;
  /** `switch`: no vector is made anew (a prompt, a smaller dimension, a generation that is there). */
  readonly work: 'none' | 'switch' | 'derive' | 'build';
  readonly characters: number;
  /** null while the model's speed here is unknown. */
  readonly estimatedMs: number | null;
  readonly needBytes: number;
  readonly freeBytes: number;
}

/** Two generations on the user's own files. */
export interface GenerationComparison {
  readonly answering: number;
  readonly candidate: number;
  /** Files that both have, and all that there are: a generation that is not complete is compared on what it has. */
  readonly files: number;
  readonly ofFiles: number;
  /** Questions made from titles and headings of these files, embedded by both. */
  readonly questions: number;
  /** Share of questions whose own file comes first, and among the first ten, 0 to 1. */
  readonly answeringFirst: number;
  readonly candidateFirst: number;
  readonly answeringTopTen: number;
  readonly candidateTopTen: number;
  /** Mean share of the first ten files that both find. */
  readonly overlap: number;
  readonly examples: readonly { readonly question: string; readonly answering: readonly string[]; readonly candidate: readonly string[] }[];
}

/** Everything the models page shows; sent on change, at most four a second. */
export interface ModelsStatus {
  readonly models: readonly ModelListing[];
  readonly generations: readonly GenerationStatus[];
  readonly devices: readonly DeviceStatus[];
}

/** An execution provider on this machine with the model in use. */
export interface DeviceStatus {
  readonly device: 'cpu' | 'webgpu' | 'cuda';
  readonly state: 'in-use' | 'trusted' | 'untested' | 'put-aside' | 'unavailable';
  /** Why it is put aside or unavailable, in English. */
  readonly reason: string | null;
}

/** What set-up found out about an embedding server. */
export interface ServerCheck {
  readonly kind: string;
  readonly dimension: number;
  /** Text would leave this machine. */
  readonly remote: boolean;
  readonly check: ModelCheck;
  readonly findings: readonly ServerFinding[];
}

/** What is odd about a server; some of it Findling makes good by itself (end-token, unit-length, window). */
export type ServerFindingCode = 'end-token' | 'mean-pooling' | 'pooling' | 'dimension' | 'unit-length' | 'batch' | 'own-prompt' | 'window' | 'open-way';

export interface ServerFinding {
  readonly code: ServerFindingCode;
  /** One sentence in English, with what to do about it. */
  readonly detail: string;
}

/** Texts for the model that answers searches, on behalf of another program. */
export interface EmbedRequest {
  readonly texts: readonly string[];
  /** `query`: with the model's query prompt. */
  readonly as: 'document' | 'query';
  /** Of the query prompt; left out: the model's own. */
  readonly instruction?: string;
}

export interface EmbeddedTexts {
  readonly model: string;
  readonly dimension: number;
  /** Unit vectors, row after row: little-endian 32-bit floats as base64. A blank text has a row of zeros. */
  readonly vectors: string;
  /** Estimated, by a rule that knows no model. */
  readonly tokens: number;
}

export interface RerankRequest {
  readonly query: string;
  readonly texts: readonly string[];
  readonly instruction?: string;
}

export interface RerankedTexts {
  readonly model: string;
  /** P(yes) of each text in their order, 0 to 1. */
  readonly scores: readonly number[];
}
