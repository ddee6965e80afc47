/** `findling search`: one search, its last and best answer printed. The words tier answers within milliseconds; meaning joins and then it prints. */

import os from 'node:os';
import { EngineError } from '../../contract/errors.ts';
import type { SearchRequest, SearchUpdate } from '../../contract/model.ts';
import { MAX_INSTRUCTION_CHARACTERS } from '../../contract/limits.ts';
import { MAX_HITS, MAX_QUERY_CHARACTERS } from '../../contract/validate.ts';
import { UsageError, wholeNumber, type Command, type CommandContext, type EngineConnection } from '../command.ts';
import { EXIT_FOUND, EXIT_NOTHING_FOUND } from '../exit-codes.ts';
import { hitBlock, hitLine } from '../print-hits.ts';
import { countOf, percentText } from '../quantities.ts';

const DEFAULT_LIMIT = 10;

export const searchCommand: Command = {
  name: 'search',
  summary: 'Find files by name, words and meaning',
  usage: ['search <text…>'],
  details: [
    'The text may be a question in any language, words, or part of a name. It may hold "phrases", -excluded words and filters:',
    'type:pdf  in:reports  modified:<7d  size:>10mb  lang:ja   (put words that start with - in quotes, or after --)',
    'Ends with 0 when something was found, 1 when nothing was, 2 on an error.',
  ].join('\n'),
  options: {
    'limit': { type: 'string', short: 'n', value: 'n', help: `At most this many files (default ${DEFAULT_LIMIT})` },
    'instruction': { type: 'string', value: 'task', help: 'What the search is for, in English, for models that take it: "Given a question about tenancy law, find the clause"' },
    'words-only': { type: 'boolean', short: 'w', help: 'Leave meaning out: names and words only' },
    'show-weak': { type: 'boolean', help: 'Show weak hits by meaning too' },
    'rerank': { type: 'boolean', help: 'Let the reranking model read the first files once more, even where that takes seconds' },
    'explain': { type: 'boolean', help: 'Show how each score came about' },
    'paths': { type: 'boolean', short: 'l', help: 'Print paths only, one per line' },
    'null': { type: 'boolean', short: '0', help: 'With --paths: end each path with NUL instead of a line break' },
    'json': { type: 'boolean', help: 'Print the whole answer as one line of JSON' },
  },
  async run(context) {
    const { values, positionals, terminal } = context;
    const text = positionals.join(' ');
    if (text.trim() === '') throw new UsageError('What to search for? For example: findling search "invoice from the plumber"');
    if (text.length > MAX_QUERY_CHARACTERS) throw new UsageError(`The text is longer than ${MAX_QUERY_CHARACTERS} characters.`);
    const instruction = typeof values['instruction'] === 'string' ? values['instruction'].trim() : '';
    if (instruction.length > MAX_INSTRUCTION_CHARACTERS) throw new UsageError(`The instruction is longer than ${MAX_INSTRUCTION_CHARACTERS} characters.`);
    const request: SearchRequest = {
      text,
      ...(instruction === '' ? {} : { instruction }),
      limit: wholeNumber(values, 'limit', 1, MAX_HITS) ?? DEFAULT_LIMIT,
      showWeak: values['show-weak'] === true,
      wordsOnly: values['words-only'] === true,
      ...(values['rerank'] === true ? { rerank: true } : {}),
    };
    const engine = await context.connect();
    const update = await lastUpdate(engine, request, context);
    terminal.status('');
    print(update, context);
    if (values['json'] !== true) await remarks(update, engine, context);
    return update.hits.length > 0 ? EXIT_FOUND : EXIT_NOTHING_FOUND;
  },
};

/** The update that holds everything. On a terminal the wait for meaning is shown, since a sleeping embedder may take a second to wake. */
function lastUpdate({ client }: EngineConnection, request: SearchRequest, { terminal, signal }: CommandContext): Promise<SearchUpdate> {
  return new Promise((resolve, reject) => {
    let latest: SearchUpdate | undefined;
    const abort = (): void => {
      stop();
      reject(new EngineError('cancelled'));
    };
    const stop = client.subscribe('search', request, {
      next: (update) => {
        latest = update;
        if (update.stage === 'words') terminal.status(`${countOf(update.hits.length, 'file')} by name and words, searching by meaning${terminal.signs.ellipsis}`);
        if (update.stage === 'meaning') terminal.status(`${countOf(update.hits.length, 'file')}, reading the first of them once more${terminal.signs.ellipsis}`);
      },
      error: (error) => { signal.removeEventListener('abort', abort); reject(error); },
      complete: () => {
        signal.removeEventListener('abort', abort);
        if (latest === undefined) reject(new EngineError('internal', 'The search ended without an answer.'));
        else resolve(latest);
      },
    });
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}

function print(update: SearchUpdate, { values, terminal }: CommandContext): void {
  if (values['json'] === true) return terminal.print(JSON.stringify(update));
  if (values['paths'] === true) {
    for (const hit of update.hits) terminal.printPath(hit.path, values['null'] === true);
    return;
  }
  const view = { explain: values['explain'] === true, home: os.homedir() };
  for (const [index, hit] of update.hits.entries()) {
    if (!terminal.interactive && !view.explain) {
      terminal.print(hitLine(hit));
      continue;
    }
    if (index > 0) terminal.print('');
    for (const line of hitBlock(hit, terminal, view)) terminal.print(line);
  }
}

/** What a person should know besides the hits, on standard error. */
async function remarks(update: SearchUpdate, { client }: EngineConnection, { terminal }: CommandContext): Promise<void> {
  if (update.hits.length === 0) {
    const roots = await client.call('roots.list', undefined);
    terminal.note(roots.length === 0 ? 'No folder is indexed yet. Choose one: findling index ~/Documents' : 'Nothing found.');
  }
  if (update.weakHidden > 0) terminal.note(`${countOf(update.weakHidden, 'weak hit')} left out; --show-weak shows them.`);
  if (update.unembeddedShare > 0) terminal.note(`${percentText(update.unembeddedShare)} of the files cannot be searched by meaning yet: indexing goes on.`);
  for (const notice of update.notices) terminal.note(notice.detail);
}
