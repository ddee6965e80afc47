/** Is a report as good as it was, and is the hybrid as good as its better half? Pure. */

import type { Report, TierName } from './evaluate.ts';
import type { Measures } from './metrics.ts';

export type Baseline = Report;

/** A drop up to this is a changed tie, not a loss: with 240 queries a category, one query is 0.004. */
const TOLERANCE = 0.015;
/** Least values whatever the baseline says. */
const LEAST_GIBBERISH_EMPTY = 0.95;
const LEAST_REAL_ANSWERED = 0.98;

const MEASURED: readonly (keyof Measures)[] = ['recall1', 'recall10', 'mrr', 'ndcg10'];
const HALVES: readonly TierName[] = ['names', 'words', 'meaning'];

/** Categories in which the hybrid's nDCG is below that of its best tier. */
export function hybridLosses(report: Report): readonly string[] {
  return Object.entries(report.byCategory).flatMap(([category, tiers]) => {
    const best = HALVES.reduce((a, b) => (tiers[b].ndcg10 > tiers[a].ndcg10 ? b : a));
    const lost = tiers[best].ndcg10 - tiers.hybrid.ndcg10;
    return lost > TOLERANCE ? [`${category}: hybrid nDCG@10 ${tiers.hybrid.ndcg10.toFixed(3)} is below ${best} ${tiers[best].ndcg10.toFixed(3)}`] : [];
  });
}

export function compareWithBaseline(report: Report, baseline: Baseline): readonly string[] {
  const problems: string[] = [];
  const check = (what: string, now: number, before: number): void => {
    if (now < before - TOLERANCE) problems.push(`${what} fell from ${before.toFixed(3)} to ${now.toFixed(3)}`);
  };
  for (const [category, tiers] of Object.entries(baseline.byCategory)) {
    for (const tier of ['words', 'meaning', 'hybrid', 'shown'] as const) {
      const now = report.byCategory[category as keyof Report['byCategory']]?.[tier]; // a category the baseline has and the report lacks
      if (now === undefined) problems.push(`${category} was not measured`);
      else for (const key of MEASURED) check(`${category} ${tier} ${key}`, now[key], tiers[tier][key]);
    }
  }
  check('nonsense answered with nothing', report.gibberishEmpty, Math.max(baseline.gibberishEmpty - TOLERANCE, LEAST_GIBBERISH_EMPTY + TOLERANCE));
  check('real queries answered', report.realAnswered, Math.max(baseline.realAnswered - TOLERANCE, LEAST_REAL_ANSWERED + TOLERANCE));
  return problems;
}
