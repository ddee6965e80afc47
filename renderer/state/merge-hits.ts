/**
 * How a later painting of the same answer joins the one on screen: the selected row and all rows above it keep their places,
 * everything below takes the new order. What a person is looking at never jumps; what they have not looked at may improve.
 */

import type { Hit } from '../../src/contract/model.ts';

/** `selected` is a file id, or null when nothing is selected: then the new order holds whole. */
export function mergeHits(shown: readonly Hit[], incoming: readonly Hit[], selected: number | null): readonly Hit[] {
  const last = selected === null ? -1 : shown.findIndex((hit) => hit.fileId === selected);
  if (last < 0) return incoming;
  const newest = new Map(incoming.map((hit) => [hit.fileId, hit]));
  const pinned = shown.slice(0, last + 1).map((hit) => newest.get(hit.fileId) ?? hit);
  const pinnedIds = new Set(pinned.map((hit) => hit.fileId));
  return [...pinned, ...incoming.filter((hit) => !pinnedIds.has(hit.fileId))];
}
