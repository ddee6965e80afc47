/** `findling models`: which models there are, and bringing them here. Choosing one, and what it knows of the files: model-generations.ts. */

import { resolve } from 'node:path';
import { EngineError } from '../../contract/errors.ts';
import type { DownloadProgress, ModelCheck, ModelListing, ModelsStatus } from '../../contract/models.ts';
import { UsageError, type Command, type CommandContext, type EngineConnection } from '../command.ts';
import { EXIT_ERROR, EXIT_FOUND, EXIT_INTERRUPTED } from '../exit-codes.ts';
import { createDownloadProgress } from '../download-progress.ts';
import { modelLines } from '../print-models.ts';
import { bytesText } from '../quantities.ts';
import { withoutControls } from '../text-width.ts';
import { GENERATION_OPTIONS, GENERATION_USAGE, runGenerationAction } from './model-generations.ts';

/** What each action wants beside its name. */
const ACTIONS = { list: '', download: '<model>', cancel: '<model>', import: '<path>', remove: '<model>', verify: '<model>' } as const;
type Action = keyof typeof ACTIONS;

export const modelsCommand: Command = {
  name: 'models',
  summary: 'List, download, import, use, compare and remove models',
  usage: ['models', 'models download <model> [--variant <name>]', 'models cancel <model> [--discard]', 'models import <folder or .onnx file>', 'models verify <model>', 'models remove <model>', ...GENERATION_USAGE],
  details: [
    'A download that was stopped, or cut off, goes on where it was when it is started again.',
    'Without a network: copy a model\'s files here and import their folder.',
    'Mirror and proxy: findling config set downloads.mirror <address>, findling config set downloads.proxy <address>',
  ].join('\n'),
  options: {
    'variant': { type: 'string', value: 'name', help: 'Precision to download: fp32, fp16, q8 … (default: what fits this machine)' },
    'discard': { type: 'boolean', help: 'With cancel: delete what is there of it' },
    'no-wait': { type: 'boolean', help: 'With download: return at once; it goes on in the background' },
    'yes': { type: 'boolean', short: 'y', help: 'With use, remove and drop: do not ask' },
    ...GENERATION_OPTIONS,
    'json': { type: 'boolean', help: 'Print one line of JSON' },
  },
  async run(context) {
    const ofGenerations = runGenerationAction(context);
    if (ofGenerations !== null) return ofGenerations;
    const [action, subject] = parse(context);
    switch (action) {
      case 'list': return list(context);
      case 'download': return download(context, subject);
      case 'cancel': return cancel(context, subject);
      case 'import': return bring(context, subject);
      case 'remove': return remove(context, subject);
      case 'verify': return verify(context, subject);
    }
  },
};

function parse({ positionals, values, terminal }: CommandContext): readonly [Action, string] {
  const [name = 'list', subject = '', ...more] = positionals;
  if (!Object.hasOwn(ACTIONS, name)) throw new UsageError(`There is no action '${name}'. See: findling models --help`);
  const action = name as Action; // A key of ACTIONS.
  if ((ACTIONS[action] === '') !== (subject === '') || more.length > 0) throw new UsageError(`Use: findling models ${action} ${ACTIONS[action]}`.trimEnd());
  if (action === 'remove' && values['yes'] !== true && !terminal.canAsk) throw new UsageError('Add --yes to remove a model without being asked.');
  return [action, subject];
}

async function list({ connect, terminal, values, signal }: CommandContext): Promise<number> {
  const { client } = await connect();
  const status = await client.call('models.list', undefined, signal);
  if (values['json'] === true) terminal.print(JSON.stringify(status));
  else for (const line of modelLines(status)) terminal.print(withoutControls(line));
  return EXIT_FOUND;
}

async function download(context: CommandContext, id: string): Promise<number> {
  const { connect, terminal, values, signal } = context;
  const { client } = await connect();
  const variant = values['variant'];
  await client.call('models.download', { id, ...typeof variant === 'string' ? { variant } : {} }, signal);
  if (values['no-wait'] === true) {
    terminal.note(`The download runs in the background. How far it is: findling models`);
    return EXIT_FOUND;
  }
  try {
    return await outcome(context, await finished(client, id, context));
  } catch (error) {
    if (!signal.aborted) throw error;
    terminal.note(`Stopped waiting. The download goes on in the background; to stop it: findling models cancel ${id}`);
    return EXIT_INTERRUPTED;
  }
}

/** Follows the download until it has ended, one way or the other. */
function finished(client: EngineConnection['client'], id: string, { terminal, signal }: CommandContext): Promise<ModelListing> {
  const progress = createDownloadProgress(terminal);
  const find = ({ models }: ModelsStatus): ModelListing | undefined => models.find((each) => each.id === id);
  return new Promise<ModelListing>((resolve, reject) => {
    const settle = (end: () => void): void => { stop(); end(); };
    const stop = client.subscribe('models', undefined, {
      next(status) {
        const model = find(status);
        if (model !== undefined && isRunning(model)) return progress(model.title, model.download);
        // The first item may have been put together before the download began: asked again, it is of now.
        client.call('models.list', undefined).then((fresh) => {
          const now = find(fresh);
          if (now !== undefined && !isRunning(now)) settle(() => resolve(now));
        }, (error: unknown) => { settle(() => reject(error instanceof Error ? error : new EngineError('internal'))); });
      },
      error: reject,
      complete: () => reject(new EngineError('connection-closed')),
    });
    const leave = (): void => { settle(() => reject(new EngineError('cancelled'))); };
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
  }).finally(() => terminal.status(''));
}

function isRunning(model: ModelListing): model is ModelListing & { readonly download: DownloadProgress } {
  return model.download !== null && model.download.state !== 'failed' && model.download.state !== 'stopped';
}

function outcome({ terminal, values }: CommandContext, model: ModelListing): number {
  if (values['json'] === true) terminal.print(JSON.stringify(model));
  const { installed, download: left } = model;
  if (installed === null || left !== null) {
    throw new EngineError('download-failed', left?.state === 'stopped' ? 'The download was stopped. Start it again: it goes on from there.' : `${left?.trouble ?? 'The download did not end well.'} What is there is kept: start it again to go on.`);
  }
  if (values['json'] !== true) {
    terminal.note(`${model.title} is installed (${bytesText(installed.bytes)}).`);
    if (installed.check !== null) terminal.note(checkText(installed.check));
    terminal.note(`To use it: findling config set ${model.task === 'reranking' ? 'reranker' : 'model'} ${model.id}`);
  }
  return installed.check?.passed === false ? EXIT_ERROR : EXIT_FOUND;
}

async function cancel({ connect, terminal, values, signal }: CommandContext, id: string): Promise<number> {
  const { client } = await connect();
  await client.call('models.cancel', { id, discard: values['discard'] === true }, signal);
  terminal.note(values['discard'] === true ? 'Stopped and deleted.' : 'Stopped. What is there is kept: start it again to go on.');
  return EXIT_FOUND;
}

async function bring({ connect, terminal, values, signal }: CommandContext, path: string): Promise<number> {
  const { client } = await connect();
  terminal.status('Copying and testing …');
  const model = await client.call('models.import', { path: resolve(path) }, signal).finally(() => terminal.status(''));
  if (values['json'] === true) terminal.print(JSON.stringify(model));
  else {
    terminal.note(`${model.id} was imported.`);
    if (model.installed?.check) terminal.note(checkText(model.installed.check));
  }
  return model.installed?.check?.passed === false ? EXIT_ERROR : EXIT_FOUND;
}

async function remove(context: CommandContext, id: string): Promise<number> {
  const { connect, terminal, values, signal } = context;
  if (values['yes'] !== true && !await context.ask(`Remove the model ${id} from this machine?`)) return EXIT_ERROR;
  const { client } = await connect();
  await client.call('models.remove', { id }, signal);
  terminal.note(`${id} was removed.`);
  return EXIT_FOUND;
}

async function verify({ connect, terminal, values, signal }: CommandContext, id: string): Promise<number> {
  const { client } = await connect();
  terminal.status('Hashing and testing …');
  const check = await client.call('models.verify', { id }, signal).finally(() => terminal.status(''));
  terminal.print(values['json'] === true ? JSON.stringify(check) : checkText(check));
  return check.passed ? EXIT_FOUND : EXIT_ERROR;
}

function checkText({ passed, detail }: ModelCheck): string {
  return withoutControls(`${passed ? 'Self-test passed' : 'SELF-TEST FAILED'}: ${detail}`);
}
