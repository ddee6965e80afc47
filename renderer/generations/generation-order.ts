/** In which order generations are shown, under which names, and which sizes a model offers. Pure. */

import type { GenerationStatus, ModelListing, ModelsStatus } from '../../src/contract/models.ts';
import { visibleText } from '../ui/visible-text.ts';

const ORDER: readonly GenerationStatus['state'][] = ['answering', 'building', 'ready', 'kept'];

/** What answers first, then what is on its way; newest first among equals. */
export function inOrder(generations: readonly GenerationStatus[]): readonly GenerationStatus[] {
  return [...generations].sort((left, right) => ORDER.indexOf(left.state) - ORDER.indexOf(right.state) || right.createdMs - left.createdMs);
}

/** The model's title; its id when it is not listed any more. Two of one model are told apart by their size. */
export function titleOf(generation: GenerationStatus, { models, generations }: ModelsStatus, server: string): string {
  const title = generation.modelId === 'server' ? server : visibleText(models.find(({ id }) => id === generation.modelId)?.title ?? generation.modelId);
  const alone = generations.filter(({ modelId }) => modelId === generation.modelId).length === 1;
  return alone ? title : `${title} (${generation.dimension})`;
}

/** Models that can be chosen now. */
export function choosable(models: readonly ModelListing[]): readonly ModelListing[] {
  return models.filter(({ task, installed, id }) => task === 'embedding' && installed !== null && id !== 'server');
}

/** Below this a vector tells little apart. */
const LEAST_DIMENSION = 64;

/** Sizes to choose from, largest first: the model's own, and halves of it. */
export function sizesOf(dimension: number): readonly number[] {
  const sizes: number[] = [];
  for (let size = dimension; size >= LEAST_DIMENSION || sizes.length === 0; size = Math.floor(size / 2)) sizes.push(size);
  return sizes;
}
