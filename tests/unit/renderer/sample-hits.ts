/** Hits and updates with only what a test cares about. */

import type { Hit, SearchUpdate } from '../../../src/contract/model.ts';

export function hit(fileId: number, change: Partial<Hit> = {}): Hit {
  return {
    fileId, rootId: 1, path: `/files/${fileId}.txt`, name: `${fileId}.txt`, kind: 'text', sizeBytes: 1, modifiedMs: 0, language: null,
    tiers: ['words'], confidence: null, nameHighlights: [], passages: [], explain: { parts: [], score: 0 }, ...change,
  };
}

export function update(stage: SearchUpdate['stage'], ids: readonly number[], change: Partial<SearchUpdate> = {}): SearchUpdate {
  return {
    stage, hits: ids.map((id) => hit(id)), weakHidden: 0, unembeddedShare: 0, notices: [], tookMs: 1,
    understood: { text: '', phrases: [], excluded: [], filters: {} }, ...change,
  };
}
