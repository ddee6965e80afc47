/** The report as tables for a terminal and for the README. */

import type { Calibration } from '../../src/search/confidence.ts';
import { TIERS, type Report, type TierName } from './evaluate.ts';
import type { Measures } from './metrics.ts';

export function printReport(report: Report, calibration: Calibration | null): void {
  const lines = [`${report.documents} documents, model ${report.model}`, ''];
  lines.push(row('category', ['queries', ...TIERS.map((tier) => `${tier} R@1/R@10/MRR/nDCG`)]));
  for (const [category, tiers] of Object.entries(report.byCategory)) lines.push(row(category, [String(tiers.hybrid.queries), ...TIERS.map((tier) => cell(tiers[tier]))]));
  lines.push('', row('question in', ['queries', ...TIERS.map((tier) => `${tier} R@1/R@10/MRR/nDCG`)]));
  for (const [language, tiers] of Object.entries(report.byLanguage)) lines.push(row(language, [String(tiers.hybrid.queries), ...TIERS.map((tier: TierName) => cell(tiers[tier]))]));
  lines.push('', `nonsense answered with nothing ${percent(report.gibberishEmpty)} · real queries answered by meaning ${percent(report.realAnswered)} · right answers above the floor ${percent(report.rightKept)}`);
  if (calibration !== null) {
    const { middle, slope } = calibration.overall;
    lines.push(`calibration from the ${calibration.from}: ${calibration.positives} pairs, middle ${middle.toFixed(2)}, slope ${slope.toFixed(2)}, penalty ${calibration.penalty.toFixed(2)}, strength ${calibration.strength.toFixed(2)}, ${Object.keys(calibration.languages).length} languages of their own`);
  }
  process.stdout.write(lines.join('\n') + '\n');
}

function row(head: string, cells: readonly string[]): string {
  return [head.padEnd(15), ...cells.map((text, index) => text.padStart(index === 0 ? 8 : 26))].join('');
}

function cell({ recall1, recall10, mrr, ndcg10 }: Measures): string {
  return [recall1, recall10, mrr, ndcg10].map((value) => value.toFixed(2).replace(/^0/, '')).join(' ');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
