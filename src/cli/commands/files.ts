/** `findling files`: the ledger. Every file Findling knows, with what became of it and why. */

import os from 'node:os';
import type { FileQuery, FileRecord, OutcomeState } from '../../contract/model.ts';
import { MAX_FILES_PER_PAGE } from '../../contract/validate.ts';
import { UsageError, wholeNumber, type Command, type Values } from '../command.ts';
import { EXIT_FOUND, EXIT_NOTHING_FOUND } from '../exit-codes.ts';
import { bytesText, shortPath } from '../quantities.ts';
import { padToColumns, withoutControls } from '../text-width.ts';

const STATES: readonly OutcomeState[] = ['indexed', 'pending', 'skipped', 'failed'];

export const filesCommand: Command = {
  name: 'files',
  summary: 'List every known file with its outcome and the reason',
  usage: ['files'],
  details: [
    'indexed: searchable by words · pending: waiting · skipped: known by name only, by a rule · failed: could not be read.',
    'With --json each line is one file. Ends with 1 when no file matches.',
  ].join('\n'),
  options: {
    state: { type: 'string', short: 's', value: 'state', help: `Only files in this state: ${STATES.join(', ')}` },
    contains: { type: 'string', short: 'c', value: 'text', help: 'Only paths that contain this text' },
    limit: { type: 'string', short: 'n', value: 'n', help: 'At most this many files' },
    json: { type: 'boolean', help: 'Print one JSON object per line' },
  },
  async run({ connect, terminal, values, positionals, signal }) {
    if (positionals.length > 0) throw new UsageError(`'${positionals[0]}' is not expected here. To filter paths: findling files --contains '${positionals[0]}'`);
    const limit = wholeNumber(values, 'limit', 1, Number.MAX_SAFE_INTEGER) ?? Number.POSITIVE_INFINITY;
    const wanted: FileQuery = { ...stateFilter(values), ...(typeof values['contains'] === 'string' ? { contains: values['contains'] } : {}) };
    const { client } = await connect();
    const home = os.homedir();
    let printed = 0;
    let after: string | null = null;
    do {
      const query: FileQuery = { ...wanted, limit: Math.min(MAX_FILES_PER_PAGE, limit - printed), ...(after === null ? {} : { after }) };
      const page = await client.call('files.list', query, signal);
      for (const file of page.files) terminal.print(values['json'] === true ? JSON.stringify(file) : fileLine(file, home));
      printed += page.files.length;
      after = page.next;
      await terminal.flushed();
    } while (after !== null && printed < limit);
    if (printed === 0) terminal.note('No file matches.');
    return printed > 0 ? EXIT_FOUND : EXIT_NOTHING_FOUND;
  },
};

function stateFilter(values: Values): Pick<FileQuery, 'state'> {
  const text = values['state'];
  if (text === undefined) return {};
  const state = STATES.find((known) => known === text);
  if (state === undefined) throw new UsageError(`--state must be one of ${STATES.join(', ')}, not '${String(text)}'.`);
  return { state };
}

/** `failed   12 KB  ~/a.pdf  (corrupt: …)` */
export function fileLine(file: FileRecord, home: string): string {
  const { state, reason, detail } = file.outcome;
  const why = [reason, detail].filter((part) => part !== null).join(': ');
  const path = withoutControls(shortPath(file.path, home));
  return `${padToColumns(state, 8)} ${padToColumns(bytesText(file.sizeBytes), 9, 'left')}  ${path}${why === '' ? '' : `  (${withoutControls(why)})`}`;
}
