/** What each model knows of the files, what a change takes, and how two compare, as lines for a person. Pure. */

import type { GenerationComparison, GenerationStatus, ModelPlan } from '../contract/models.ts';
import { bytesText, countOf, countText, durationText, percentText } from './quantities.ts';

const STATES: Readonly<Record<GenerationStatus['state'], string>> = { answering: 'answers searches', building: 'being prepared', ready: 'ready to answer', kept: 'kept for going back' };

export function generationLines(generations: readonly GenerationStatus[]): readonly string[] {
  if (generations.length === 0) return ['No model has read anything yet.'];
  return generations.flatMap((each) => [
    `${each.id}  ${each.modelId} (${each.dimension} dimensions): ${STATES[each.state]}`,
    `    knows ${percentText(each.share)} of your text, ${countText(each.filesEmbedded)} of ${countOf(each.files, 'file')}, ${bytesText(each.bytes)} on disk`,
    ...each.state === 'kept' || each.share >= 1 ? [] : [`    ${each.remainingMs === null ? 'time not known yet' : `about ${durationText(each.remainingMs)} left on this computer`}${each.waitsFor === null ? '' : `; waits for ${each.waitsFor}`}`],
  ]);
}

const WORKS: Readonly<Record<ModelPlan['work'], string>> = {
  none: 'This model answers already.', switch: 'It is ready: the change is immediate, and nothing is read anew.',
  derive: 'Its vectors are made from those that are there: nothing is read anew.', build: 'It reads all text once, in the background; until then the present model answers.',
};

export function planLines(plan: ModelPlan): readonly string[] {
  if (plan.work === 'none' || plan.work === 'switch') return [WORKS[plan.work]];
  return [
    WORKS[plan.work],
    `Text to read:   ${countOf(plan.characters, 'character')}`,
    `Time here:      ${plan.estimatedMs === null ? 'cannot be known yet' : `about ${durationText(plan.estimatedMs)}`}`,
    `Disk needed:    ${bytesText(plan.needBytes)} of ${bytesText(plan.freeBytes)} free`,
  ];
}

export function comparisonLines(found: GenerationComparison): readonly string[] {
  if (found.questions === 0) return ['There is nothing to compare yet: no file with a title is known to both.'];
  return [
    `${countOf(found.questions, 'question')} made from titles and headings of ${countText(found.files)} of ${countOf(found.ofFiles, 'file')} that both know.`,
    `                            answers now   the other`,
    `Right file first            ${percentText(found.answeringFirst).padStart(11)} ${percentText(found.candidateFirst).padStart(11)}`,
    `Right file among ten        ${percentText(found.answeringTopTen).padStart(11)} ${percentText(found.candidateTopTen).padStart(11)}`,
    `Of the first ten files, both find ${percentText(found.overlap)}.`,
    ...found.examples.flatMap((example) => ['', `"${example.question}"`, `    now:       ${example.answering.join(', ')}`, `    the other: ${example.candidate.join(', ')}`]),
  ];
}
