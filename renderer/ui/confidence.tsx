/** How sure the meaning is: a word, and a shape with one to three full bars. Never colour alone. */

import type { ReactNode } from 'react';
import type { Confidence as Level, Hit } from '../../src/contract/model.ts';
import { useWords } from '../page-context.ts';

const BARS: Readonly<Record<Level, number>> = { strong: 3, related: 2, weak: 1 };

export function Confidence(props: { readonly hit: Pick<Hit, 'confidence' | 'tiers'> }): ReactNode {
  const { t } = useWords();
  const { confidence, tiers } = props.hit;
  if (confidence === null) return null;
  // Meaning was of little help, but the words stand there: "weak" would belittle a literal match.
  if (confidence === 'weak' && tiers.some((tier) => tier !== 'meaning')) return null;
  const full = BARS[confidence];
  return (
    <span className={`confidence confidence-${confidence}`}>
      <svg viewBox="0 0 14 12" aria-hidden="true" focusable="false">
        {[1, 2, 3].map((bar) => (
          <rect key={bar} className={bar <= full ? 'bar full' : 'bar'} x={(bar - 1) * 5 + 0.5} y={9 - bar * 3 + 0.5} width={3} height={bar * 3 + 2} rx={1} />
        ))}
      </svg>
      {t.confidence[confidence]}
    </span>
  );
}
