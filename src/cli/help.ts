/** Help texts, made from the commands' own tables so that no option is left out. Pure. */

import type { Command, Option } from './command.ts';
import { padToColumns } from './text-width.ts';

/** Options every command takes. */
export const COMMON_OPTIONS: Readonly<Record<string, Option>> = {
  'data-dir': { type: 'string', value: 'path', help: 'Where the index is kept (default: the system\'s place, or FINDLING_DATA_DIR)' },
  'help': { type: 'boolean', short: 'h', help: 'Show this help' },
};

const OPTION_COLUMNS = 24;

export function programHelp(commands: readonly Command[], version: string): string {
  return [
    `findling ${version}: finds your files by what they mean, in any language, on your own machine.`,
    '',
    'Usage: findling <command> [options]',
    '',
    ...commands.map((command) => `  ${padToColumns(command.name, 10)}${command.summary}`),
    '',
    'Try:   findling index ~/Documents',
    '       findling search "the letter about the rent increase"',
    '',
    'Help on one command: findling <command> --help',
    'Exit codes: 0 found or done · 1 nothing found · 2 error',
  ].join('\n');
}

export function commandHelp(command: Command): string {
  const usage = command.usage.map((line, index) => `${index === 0 ? 'Usage: ' : '       '}findling ${line}`);
  const options = Object.entries({ ...command.options, ...COMMON_OPTIONS }).map(([name, option]) => optionLine(name, option));
  return [...usage, '', command.summary + '.', command.details, '', 'Options:', ...options].join('\n');
}

function optionLine(name: string, option: Option): string {
  const flag = `${option.short === undefined ? '    ' : `-${option.short}, `}--${name}${option.value === undefined ? '' : ` <${option.value}>`}`;
  return `  ${padToColumns(flag, OPTION_COLUMNS)} ${option.help}`;
}
