/** Which retrievers found a hit. */

import type { ReactNode } from 'react';
import type { Tier } from '../../src/contract/model.ts';
import { useWords } from '../page-context.ts';

export function TierBadges(props: { readonly tiers: readonly Tier[] }): ReactNode {
  const { t } = useWords();
  return (
    <span className="tiers">
      <span className="sr-only">{t.foundBy('')}</span>
      {props.tiers.map((tier) => <span key={tier} className={`tier tier-${tier}`}>{t.tiers[tier]}</span>)}
    </span>
  );
}
