/** Sentences on choosing a model and on the vectors it makes, in English; part of en.ts. */

import type { Formats } from './formats.ts';

export const generationsEn = (f: Formats) => ({
  title: 'What your files mean',
  intro: 'Each model reads your files for itself. While another one reads them in the background, the present one goes on answering; they change places when it is done.',
  states: { answering: 'Answers your searches', building: 'Being prepared', ready: 'Ready to answer', kept: 'Kept for going back' },
  /** `ms` null: nobody can know yet. */
  knows: (model: string, share: number, ms: number | null) => share >= 1 ? `${model} knows all of your text.`
    : `${model} knows ${f.percent(share)} of your text${ms === null || ms === 0 ? '.' : `; about ${f.duration(ms)} on this computer.`}`,
  keptKnows: (model: string, share: number) => share >= 1 ? `${model} answered before, and can again at once.` : `${model} answered before and knows ${f.percent(share)} of your text; the rest is read when it answers again.`,
  progressOf: (model: string) => `Text that ${model} knows`,
  waits: (what: string) => `Waits for ${what}.`,
  /** By the engine's own words; what is not here is shown as it is. */
  waitsFor: {
    'indexing to be resumed': 'indexing to be resumed', 'more free disk space': 'more free disk space', 'mains power': 'mains power', 'the computer to be idle': 'a pause in your searching',
    'new and changed files, which go first': 'new and changed files, which go first', 'being chosen again': 'being chosen again',
    'a higher limit for the size of the index': 'a higher limit for the size of the index', 'memory within the budget': 'memory within the budget',
  } satisfies Record<string, string> as Readonly<Record<string, string>>,
  dimensions: (n: number) => `${f.number(n)} dimensions`,
  files: (done: number, all: number) => `${f.number(done)} of ${f.plural(all, { one: '# file', other: '# files' })}`,
  disk: (bytes: number, expected: number | null) => expected === null || bytes >= expected * 0.9 ? `${f.bytes(bytes)} on disk` : `${f.bytes(bytes)} of about ${f.bytes(expected)} on disk`,
  switch: 'Let it answer', switchOf: (model: string) => `Let ${model} answer`,
  back: 'Go back to it', backOf: (model: string) => `Go back to ${model}`,
  switched: (model: string) => `${model} answers now.`,
  compare: 'Compare', compareOf: (model: string) => `Compare ${model} with the model that answers`,
  comparing: 'Comparing…',
  drop: 'Delete', dropOf: (model: string) => `Delete what ${model} knows`,
  dropTitle: (model: string) => `Delete what ${model} knows?`,
  dropBody: (bytes: number) => `${f.bytes(bytes)} become free. To use this model again, it has to read all of your files anew. Your files stay as they are.`,
  dropped: (model: string) => `What ${model} knew was deleted.`,
  choose: 'Choose a model',
  chooseHint: 'Only models that are on this computer.',
  server: 'Embedding server',
  size: 'Dimensions', sizeHint: 'Fewer take less disk and find a little less. Going down needs no reading; your files stay searchable all the time.',
  whole: (n: number) => `${f.number(n)} (all)`,
  plan: 'See what it takes', planning: 'Measuring this model on some of your text…',
  planTitle: (model: string) => `Change to ${model}?`,
  works: {
    none: 'This model answers already.', switch: 'It is ready: the change is immediate, and nothing is read anew.',
    derive: 'It is made from what is there: your files are not read anew.', build: 'It reads all of your text once, in the background. Until then the present model answers.',
  },
  characters: 'Text to read', charactersValue: (n: number) => f.plural(n, { one: '# character', other: '# characters' }),
  time: 'Time on this computer', timeValue: (ms: number) => `about ${f.duration(ms)}`, timeUnknown: 'cannot be known yet',
  need: 'Disk needed meanwhile', free: 'Disk free',
  tight: 'That is more than is free: it begins when there is room.',
  begin: 'Begin', change: 'Change', begun: (model: string) => `${model} is being prepared in the background.`,
  result: {
    title: (model: string) => `${model} and the model that answers`,
    on: (questions: number, files: number, of: number) => files < of
      ? `${f.plural(questions, { one: '# question', other: '# questions' })} made from titles and headings of the ${f.number(files)} files (of ${f.number(of)}) that both know.`
      : `${f.plural(questions, { one: '# question', other: '# questions' })} made from titles and headings of your files.`,
    none: 'There is nothing to compare yet: no file with a title is known to both.',
    present: 'Answers now', candidate: 'The other',
    first: 'Right file first', topTen: 'Right file among the first ten', overlap: (share: number) => `Of the first ten files, both find ${f.percent(share)}.`,
    examples: 'Where they differ', question: 'Question',
  },
});
