/**
 * Candidates of all tiers → the hits of one update. Pure: everything the stores know comes as arguments, so the same results always
 * give the same list. Numbered steps: confidence → fusion → evidence → rank → floor → reading → snippets.
 */

import type { Confidence, FileRecord, Hit, PassageHit, Tier } from '../contract/model.ts';
import type { Candidate } from '../pipeline.ts';
import type { PassageRow } from '../store/index-store.ts';
import { confidenceLevel, confidenceOf, DEFAULT_FLOOR, trustOf, type Calibration } from './confidence.ts';
import { passageEvidence, weightShare, type PassageEvidence } from './evidence.ts';
import { fuseCandidates, type FusedFile, type FusedPassage, type MeaningCandidate } from './fuse.ts';
import { highlightLiteral, highlightName } from './highlight.ts';
import type { WindowHit } from './meaning.ts';
import { isNameAllowed, matchName } from './name-match.ts';
import type { PreparedQuery, Searchable } from './query-match.ts';
import { rankByTrace, scoreFile } from './rank.ts';
import { isReadable, orderAsRead, RERANK_FILES } from './rerank.ts';
import { shownPassage, snippetOf, type Snippet } from './snippet.ts';
import { pieceLength, referenceOf, scriptOf, strangeness, wordlikeness } from './wordlikeness.ts';

/** Passages shown of one file. */
const PASSAGES_SHOWN = 3;

export interface TierAnswers {
  readonly names: readonly Candidate[];
  readonly words: readonly Candidate[];
  readonly meaning: readonly WindowHit[];
  /** Letters per token of the query in the model's eyes; null when it does not say. */
  readonly lettersPerToken: number | null;
}

export interface HitContext {
  readonly text: string;
  readonly query: PreparedQuery;
  readonly files: ReadonlyMap<number, FileRecord>;
  /** Texts of the passages that words found; those of meaning come with the windows. */
  readonly passages: ReadonlyMap<number, PassageRow>;
  readonly calibration: Calibration | null;
  /** A root's own least confidence; null: the default. */
  readonly thresholdOf: (rootId: number) => number | null;
  readonly showWeak: boolean;
  readonly limit: number;
  readonly nowMs: number;
  /** P(yes) of files that a reranker has read; absent while it has read none. */
  readonly read?: ReadonlyMap<number, number>;
}

/** What a reranker would read: a file's best passage. */
export interface Readable {
  readonly fileId: number;
  readonly rootId: number;
  readonly text: string;
}

export interface BuiltHits {
  readonly hits: readonly Hit[];
  readonly weakHidden: number;
  /** Best first, in the order without a reranker. */
  readonly readable: readonly Readable[];
}

/** What one search found out about passages, by id, kept between its two updates: the second looks at mostly the same ones. */
export type SeenPassages = Map<number, SeenPassage>;

interface SeenPassage {
  readonly target: Searchable;
  readonly evidence: PassageEvidence;
  snippet: Snippet | null;
}

export function buildHits(answers: TierAnswers, context: HitContext, seen: SeenPassages): BuiltHits {
  const { query, files } = context;
  const look = (passage: PassageRow): SeenPassage => {
    let known = seen.get(passage.passageId);
    if (known === undefined) {
      const target = shownPassage(passage.text);
      seen.set(passage.passageId, known = { target, evidence: passageEvidence(target, query), snippet: null });
    }
    return known;
  };
  const evidenceOf = (passage: PassageRow): PassageEvidence => look(passage).evidence;

  // 1. Windows become their best passages, with a calibrated confidence.
  const passages = new Map(context.passages);
  const strange = strangenessOf(answers, context, evidenceOf);
  const meaning: MeaningCandidate[] = [];
  for (const window of answers.meaning) {
    const file = files.get(window.fileId);
    const passage = bestPassage(window, query, evidenceOf);
    if (file === undefined || passage === null) continue;
    passages.set(passage.passageId, passage);
    const confidence = confidenceOf(context.calibration, window.margin, file.language, strange);
    const trust = trustOf(context.calibration, window.margin, strange);
    meaning.push({ fileId: window.fileId, passageId: passage.passageId, rank: 0, value: window.similarity, confidence, trust });
  }
  // Stable: equal trust keeps the order of the margins.
  meaning.sort((a, b) => b.trust - a.trust);

  // 2. Fusion of what the files and their names may be shown for.
  const names = answers.names.filter(({ fileId }) => {
    const file = files.get(fileId);
    return file !== undefined && isNameAllowed(nameOf(file.path), query);
  });
  const fused = fuseCandidates({ names, words: answers.words.filter(({ fileId }) => files.has(fileId)), meaning });

  // 3. Evidence, trace and rank.
  const scored = rankByTrace(fused.flatMap((file) => {
    const record = files.get(file.fileId);
    if (record === undefined) return [];
    // What words did not find shares no word with the query worth counting.
    const byWords = file.passages.filter((passage) => passage.words !== null);
    const found = byWords.map((passage) => passages.get(passage.passageId)).filter((passage) => passage !== undefined).map(evidenceOf);
    const explain = scoreFile(file, {
      name: file.name === null ? null : matchName(nameOf(record.path), context.text, query),
      phrase: found.some((evidence) => evidence.phrase),
      coverage: Math.max(0, ...found.map((evidence) => evidence.coverage)),
      modifiedMs: record.modifiedMs,
    }, context.nowMs);
    return [{ file, record, explain, fileId: file.fileId, modifiedMs: record.modifiedMs }];
  }));

  // 4. The floor: a file that only meaning found, and not surely enough, is left out.
  const floorOf = (file: FileRecord): number => context.thresholdOf(file.rootId) ?? DEFAULT_FLOOR;
  const isWeak = ({ file, record }: { file: FusedFile; record: FileRecord }): boolean =>
    file.name === null && file.words === null && file.meaning !== null && file.meaning.confidence < floorOf(record);
  const weak = scored.filter(isWeak);
  const strong = context.showWeak ? scored : scored.filter((item) => !isWeak(item));

  // 5. The reading of the first ones, which may bring up a file from beyond the limit.
  const readable = strong.filter(isReadable).flatMap(({ file, record }) => {
    const passage = passages.get(file.passages[0]?.passageId ?? -1);
    return passage === undefined ? [] : [{ fileId: file.fileId, rootId: record.rootId, text: passage.text }];
  }).slice(0, RERANK_FILES);
  const shown = (context.read === undefined ? strong : orderAsRead(strong, context.read)).slice(0, context.limit);

  // 6. Snippets, for what is shown only.
  const hits = shown.map(({ file, record, explain }): Hit => ({
    fileId: file.fileId,
    rootId: record.rootId,
    path: record.path,
    name: nameOf(record.path),
    kind: record.kind,
    sizeBytes: record.sizeBytes,
    modifiedMs: record.modifiedMs,
    language: record.language,
    tiers: tiersOf(file),
    confidence: confidenceWord(file, floorOf(record)),
    nameHighlights: query.terms.length === 0 ? highlightLiteral(nameOf(record.path), context.text) : highlightName(nameOf(record.path), query),
    passages: shownPassages(file, floorOf(record), context.showWeak, passages).map(({ passage, fusedPassage }): PassageHit => {
      const known = look(passage);
      const snippet = known.snippet ??= snippetOf(known.target, query);
      return {
        passageId: passage.passageId, ordinal: passage.ordinal, snippet: snippet.text, highlights: snippet.highlights,
        place: passage.place, tiers: tiersOf({ ...fusedPassage, name: null }),
      };
    }),
    explain,
  }));
  return { hits, weakHidden: context.showWeak ? 0 : Math.min(weak.length, context.limit), readable };
}

/** Nonsense shares no word with the index and falls into short pieces. A name that has all of the query is as good as a known word. */
function strangenessOf(answers: TierAnswers, context: HitContext, evidenceOf: (passage: PassageRow) => PassageEvidence): number {
  if (answers.names.length > 0) return 0;
  const known = new Set<number>();
  for (const { passageId } of answers.words) {
    const passage = context.passages.get(passageId);
    if (passage !== undefined) for (const place of evidenceOf(passage).found) if (context.query.terms[place]?.telling === true) known.add(place);
  }
  const script = scriptOf(context.text);
  const length = pieceLength(context.text, script, context.query.sequence.length, answers.lettersPerToken);
  return strangeness(weightShare(known, context.query), wordlikeness(length, referenceOf(script, context.calibration?.pieces)));
}

/** The passage of a window that shows best why it was found: most of the query's words in it, else the first. Null: all are excluded. */
function bestPassage(window: WindowHit, query: PreparedQuery, evidenceOf: (passage: PassageRow) => PassageEvidence): PassageRow | null {
  // Nothing to choose and nothing to check: judging it would cost a fold of its text.
  if (window.passages.length === 1 && query.phrases.length + query.excluded.length === 0) return window.passages[0] ?? null;
  let best: { readonly passage: PassageRow; readonly coverage: number } | null = null;
  for (const passage of window.passages) {
    const { allowed, coverage } = evidenceOf(passage);
    if (allowed && (best === null || coverage > best.coverage)) best = { passage, coverage };
  }
  return best?.passage ?? null;
}

/** Passages by meaning alone are shown from the floor on; a file's best passage always is, or the hit would have nothing to show. */
function shownPassages(
  file: FusedFile, floor: number, showWeak: boolean, passages: ReadonlyMap<number, PassageRow>,
): readonly { readonly passage: PassageRow; readonly fusedPassage: FusedPassage }[] {
  const strongEnough = file.passages.filter((passage) => passage.words !== null || showWeak || (passage.meaning?.confidence ?? 0) >= floor);
  // A hit by name whose content merely drifted into the vector search's reach shows no passage.
  const chosen = strongEnough.length > 0 ? strongEnough : file.name === null ? file.passages.slice(0, 1) : [];
  return chosen.slice(0, PASSAGES_SHOWN).flatMap((fusedPassage) => {
    const passage = passages.get(fusedPassage.passageId);
    return passage === undefined ? [] : [{ passage, fusedPassage }];
  });
}

function tiersOf(found: { readonly name: object | null; readonly words: object | null; readonly meaning: object | null }): readonly Tier[] {
  const tiers: Tier[] = [];
  if (found.name !== null) tiers.push('name');
  if (found.words !== null) tiers.push('words');
  if (found.meaning !== null) tiers.push('meaning');
  return tiers;
}

function confidenceWord(file: FusedFile, floor: number): Confidence | null {
  return file.meaning === null ? null : confidenceLevel(file.meaning.confidence, floor);
}

/** Last segment of a path of either system. */
export function nameOf(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
