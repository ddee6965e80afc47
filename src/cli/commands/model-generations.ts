/** `findling models use` and `findling models generations`: which model answers, what a change takes, going back. Part of `findling models`. */

import { UsageError, wholeNumber, type CommandContext, type Option } from '../command.ts';
import { EXIT_ERROR, EXIT_FOUND } from '../exit-codes.ts';
import { comparisonLines, generationLines, planLines } from '../print-generations.ts';
import { withoutControls } from '../text-width.ts';

export const GENERATION_USAGE: readonly string[] = ['models use <model> [--dimension <n>]', 'models generations', 'models generations switch <number>', 'models generations compare <number>', 'models generations drop <number>'];

export const GENERATION_OPTIONS: Readonly<Record<string, Option>> = {
  dimension: { type: 'string', value: 'n', help: 'With use: numbers per vector, fewer than the model\'s own' },
};

/** As `MAX_DIMENSION` of the contract's checks. */
const MOST_DIMENSIONS = 8_192;
const MOST_ID = Number.MAX_SAFE_INTEGER;

/** null: it is another action's. Answers the exit code. */
export function runGenerationAction(context: CommandContext): Promise<number> | null {
  const [action, first, second, ...more] = context.positionals;
  if (action === 'use') {
    if (first === undefined || second !== undefined) throw new UsageError('Name a model: findling models use <model>');
    return use(context, first);
  }
  if (action !== 'generations') return null;
  if (first === undefined || first === 'list') return list(context);
  if (first !== 'switch' && first !== 'drop' && first !== 'compare') throw new UsageError(`'${first}' is not list, switch, compare or drop.`);
  if (second === undefined || more.length > 0) throw new UsageError(`Name one by its number: findling models generations ${first} <number>`);
  const generationId = wholeNumber({ number: second }, 'number', 1, MOST_ID) ?? 0;
  return change(context, first, generationId);
}

async function use({ connect, terminal, values, signal, ask }: CommandContext, model: string): Promise<number> {
  const dimension = wholeNumber(values, 'dimension', 1, MOST_DIMENSIONS) ?? null;
  const { client } = await connect();
  terminal.status('Measuring this model on some of your text…');
  const plan = await client.call('models.plan', { model, dimension }, signal).finally(() => terminal.status(''));
  if (values['json'] === true) terminal.print(JSON.stringify(plan));
  else for (const line of planLines(plan)) terminal.print(line);
  if (plan.work === 'none') return EXIT_FOUND;
  if (plan.work === 'build' && values['yes'] !== true) {
    if (!terminal.canAsk) throw new UsageError('Add --yes to begin without being asked.');
    if (!await ask('Begin?')) return EXIT_ERROR;
  }
  await client.call('models.choose', { model, dimension }, signal);
  if (plan.work === 'build') terminal.note('It is built in the background. How far it is: findling models generations');
  return EXIT_FOUND;
}

async function list({ connect, terminal, values, signal }: CommandContext): Promise<number> {
  const { client } = await connect();
  const { generations } = await client.call('models.list', undefined, signal);
  if (values['json'] === true) terminal.print(JSON.stringify(generations));
  else for (const line of generationLines(generations)) terminal.print(withoutControls(line));
  return EXIT_FOUND;
}

async function change({ connect, terminal, values, signal, ask }: CommandContext, action: 'switch' | 'drop' | 'compare', generationId: number): Promise<number> {
  if (action === 'drop' && values['yes'] !== true && !terminal.canAsk) throw new UsageError('Add --yes to delete vectors without being asked.');
  const { client } = await connect();
  if (action === 'compare') {
    const found = await client.call('generations.compare', { generationId }, signal);
    if (values['json'] === true) terminal.print(JSON.stringify(found));
    else for (const line of comparisonLines(found)) terminal.print(withoutControls(line));
    return EXIT_FOUND;
  }
  if (action === 'drop' && values['yes'] !== true && !await ask('Delete its vectors? To use its model again, all text has to be read anew.')) return EXIT_ERROR;
  await client.call(action === 'switch' ? 'generations.switch' : 'generations.drop', { generationId }, signal);
  return EXIT_FOUND;
}
