/** Measures of a ranking against the set of right answers. Pure. */

export interface Measures {
  readonly recall1: number;
  readonly recall10: number;
  /** Mean reciprocal rank of the first right answer among the first hundred. */
  readonly mrr: number;
  readonly ndcg10: number;
  readonly queries: number;
}

/** Recall counts at most as many right answers as the places there are: with eleven right ones, ten of ten is 1. */
export function measure(rankings: readonly { readonly ranked: readonly string[]; readonly relevant: ReadonlySet<string> }[]): Measures {
  const mean = (value: (item: (typeof rankings)[number]) => number): number =>
    rankings.length === 0 ? 0 : rankings.reduce((sum, item) => sum + value(item), 0) / rankings.length;
  return {
    recall1: mean(({ ranked, relevant }) => recall(ranked, relevant, 1)),
    recall10: mean(({ ranked, relevant }) => recall(ranked, relevant, 10)),
    mrr: mean(({ ranked, relevant }) => reciprocal(ranked, relevant)),
    ndcg10: mean(({ ranked, relevant }) => ndcg(ranked, relevant, 10)),
    queries: rankings.length,
  };
}

function recall(ranked: readonly string[], relevant: ReadonlySet<string>, k: number): number {
  return ranked.slice(0, k).filter((id) => relevant.has(id)).length / Math.min(k, relevant.size);
}

function reciprocal(ranked: readonly string[], relevant: ReadonlySet<string>): number {
  const at = ranked.slice(0, 100).findIndex((id) => relevant.has(id));
  return at < 0 ? 0 : 1 / (at + 1);
}

/** Normalised discounted cumulative gain with right = 1 (Järvelin and Kekäläinen 2002). */
function ndcg(ranked: readonly string[], relevant: ReadonlySet<string>, k: number): number {
  const gain = (places: readonly boolean[]): number => places.reduce((sum, right, index) => sum + (right ? 1 / Math.log2(index + 2) : 0), 0);
  const best = gain(Array.from({ length: Math.min(k, relevant.size) }, () => true));
  return gain(ranked.slice(0, k).map((id) => relevant.has(id))) / best;
}
