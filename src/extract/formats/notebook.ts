/** Jupyter notebooks: the sources of all cells, in order. Outputs are left out: pictures, tables and progress bars drown what was written. */

import { DraftWriter, type Draft } from '../draft.ts';
import { Unreadable } from '../reasons.ts';

const CELL_SCORE = 80;
const HEADING_SCORE = 100;

export function readNotebook(json: string): Draft {
  let notebook: unknown;
  try {
    notebook = JSON.parse(json);
  } catch (error) {
    throw Unreadable.failed('corrupt', `The notebook is not valid JSON: ${error instanceof Error ? error.name : 'error'}.`);
  }
  const draft = new DraftWriter();
  let title: string | null = null;
  for (const cell of cellsOf(notebook)) {
    const source = cell.source.trim();
    if (source === '') continue;
    const heading = cell.type === 'markdown' ? /^#{1,6}\s+(.+)$/m.exec(source)?.[1] : undefined;
    if (draft.length > 0) draft.write('\n\n');
    draft.break(heading === undefined ? CELL_SCORE : HEADING_SCORE);
    if (heading !== undefined) {
      title ??= heading;
      draft.mark({ heading: heading.trim() });
    }
    draft.write(source);
    if (draft.full) break;
  }
  return draft.finish(title);
}

function* cellsOf(notebook: unknown): Generator<{ type: string; source: string }> {
  const cells = field(notebook, 'cells') ?? field(array(field(notebook, 'worksheets'))[0], 'cells');
  for (const cell of array(cells)) {
    const source = field(cell, 'source') ?? field(cell, 'input');
    const type = field(cell, 'cell_type');
    const text = typeof source === 'string' ? source : array(source).filter((line) => typeof line === 'string').join('');
    yield { type: typeof type === 'string' ? type : '', source: text };
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? Object.getOwnPropertyDescriptor(value, name)?.value : undefined;
}

function array(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
