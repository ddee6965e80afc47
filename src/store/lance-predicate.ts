/**
 * The only place where text for LanceDB's SQL is written. Everything in it is a whole number that was checked here, so no
 * name, path or query can ever become part of a predicate.
 */

import type { FileKind } from '../contract/model.ts';
import { EngineError } from '../contract/errors.ts';
import type { VectorFilter } from './vector-store.ts';

/** Position is the number stored: append only, never reorder. */
const KINDS: readonly FileKind[] = [
  'text', 'markdown', 'code', 'web', 'pdf', 'document', 'sheet', 'slides', 'mail', 'book',
  'image', 'audio', 'video', 'archive', 'data', 'program', 'other',
];

/** What a file's rows are filtered by. */
export interface RowTags {
  readonly rootId: number;
  readonly kind: FileKind;
  readonly modifiedDay: number;
}

/** The number that stands for a kind in the table. */
export function kindNumber(kind: FileKind): number {
  const number = KINDS.indexOf(kind);
  if (number < 0) throw new EngineError('internal', `The vector table knows no kind "${kind}".`);
  return number;
}

export function windowsPredicate(windowIds: readonly number[]): string {
  return among('window_id', windowIds);
}

/** All windows between two ids, both included. */
export function windowRangePredicate(from: number, to: number): string {
  return `window_id >= ${whole(from)} AND window_id <= ${whole(to)}`;
}

export function filesPredicate(fileIds: readonly number[]): string {
  return among('file_id', fileIds);
}

/** A filter, and a range of file ids as a wider net for a set of them. */
export interface RangedFilter extends VectorFilter {
  readonly fileIdFrom?: number;
  readonly fileIdTo?: number;
}

/** null when nothing is filtered; `nothing` when nothing can match. */
export function filterPredicate(filter: RangedFilter | null): string | null | 'nothing' {
  if (filter === null) return null;
  const kinds = filter.kinds?.map(kindNumber);
  for (const set of [filter.rootIds, kinds, filter.fileIds]) if (set?.length === 0) return 'nothing';
  const parts = [
    filter.rootIds === undefined ? null : among('root_id', filter.rootIds),
    kinds === undefined ? null : among('kind', kinds),
    filter.modifiedDayFrom === undefined ? null : `modified_day >= ${whole(filter.modifiedDayFrom)}`,
    filter.modifiedDayTo === undefined ? null : `modified_day <= ${whole(filter.modifiedDayTo)}`,
    filter.fileIds === undefined ? null : among('file_id', filter.fileIds),
    filter.fileIdFrom === undefined ? null : `file_id >= ${whole(filter.fileIdFrom)}`,
    filter.fileIdTo === undefined ? null : `file_id <= ${whole(filter.fileIdTo)}`,
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(' AND ');
}

/** One update: which rows, and the text of each column's new value. */
export interface RetagUpdate {
  readonly where: string;
  readonly valuesSql: Record<string, string>;
}

/** As few updates as will do: files that get the same tags share one (Lance's SQL has no CASE). */
export function retagUpdates(tags: ReadonlyMap<number, RowTags>, filesPerUpdate: number): RetagUpdate[] {
  interface Group { readonly valuesSql: Record<string, string>; readonly fileIds: number[] }
  const groups = new Map<string, Group>();
  for (const [fileId, { rootId, kind, modifiedDay }] of tags) {
    const valuesSql = { root_id: `${whole(rootId)}`, kind: `${kindNumber(kind)}`, modified_day: `${whole(modifiedDay)}` };
    const key = Object.values(valuesSql).join(' ');
    const group: Group = groups.get(key) ?? { valuesSql, fileIds: [] };
    group.fileIds.push(fileId);
    groups.set(key, group);
  }
  const updates: RetagUpdate[] = [];
  for (const { valuesSql, fileIds } of groups.values()) {
    for (let from = 0; from < fileIds.length; from += filesPerUpdate) {
      updates.push({ where: filesPredicate(fileIds.slice(from, from + filesPerUpdate)), valuesSql });
    }
  }
  return updates;
}

function among(column: string, values: readonly number[]): string {
  return `${column} IN (${values.map(whole).join(',')})`;
}

function whole(value: number): number {
  if (!Number.isSafeInteger(value)) throw new EngineError('internal', 'A number for the vector table is not whole.', { details: { value: String(value) } });
  return value;
}
