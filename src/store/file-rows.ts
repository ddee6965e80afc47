/** How a file's row reads: state numbers, and rows as the records that pages see. */

import type { FileKind, FileRecord, OutcomeState } from '../contract/model.ts';
import { joinPath } from './paths.ts';
import { numberOf, type Row, textOf, textOrNull } from './sql.ts';

/** Stored numbers of `OutcomeState`. Stable: they are in the file. */
export const STATES = { pending: 0, indexed: 1, skipped: 2, failed: 3 } as const satisfies Record<OutcomeState, number>;

const STATE_NAMES: readonly OutcomeState[] = ['pending', 'indexed', 'skipped', 'failed'];

export function stateName(state: number): OutcomeState {
  return STATE_NAMES[state] ?? 'pending';
}

/** Columns that `fileRecord` needs, of `files f` joined with `directories d`; embedded is of the active generation. */
export const RECORD_COLUMNS = `f.id AS id, f.root_id AS root_id, d.path AS directory, f.name AS name, f.kind AS kind, f.size AS size, f.modified_ms AS modified_ms,
  f.state AS state, f.reason AS reason, f.detail AS detail, f.language AS language,
  (f.state = 1 AND EXISTS (SELECT 1 FROM generations g CROSS JOIN embeddings e ON e.generation_id = g.id AND e.file_id = f.id WHERE g.active = 1 AND e.waiting = 0)) AS embedded`;

export function fileRecord(row: Row): FileRecord {
  return {
    id: numberOf(row['id']),
    rootId: numberOf(row['root_id']),
    path: joinPath(textOf(row['directory']), textOf(row['name'])),
    kind: textOf(row['kind']) as FileKind, // written from a FileKind
    sizeBytes: numberOf(row['size']),
    modifiedMs: numberOf(row['modified_ms']),
    outcome: { state: stateName(numberOf(row['state'])), reason: textOrNull(row['reason']), detail: textOrNull(row['detail']) },
    embedded: numberOf(row['embedded']) === 1,
    language: textOrNull(row['language']),
  };
}
