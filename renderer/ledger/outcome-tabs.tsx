/** The outcomes as a row of toggles with their counts. */

import type { ReactNode } from 'react';
import type { OutcomeState } from '../../src/contract/model.ts';
import { useWords } from '../page-context.ts';

const STATES: readonly OutcomeState[] = ['indexed', 'pending', 'skipped', 'failed'];

export interface OutcomeTabsProps {
  /** Null: all. */
  readonly chosen: OutcomeState | null;
  readonly counts: Readonly<Record<OutcomeState | 'all', number>>;
  readonly onChoose: (state: OutcomeState | null) => void;
}

export function OutcomeTabs(props: OutcomeTabsProps): ReactNode {
  const { t, f } = useWords();
  return (
    <div className="tabs" role="group" aria-label={t.ledger.tabs}>
      {[null, ...STATES].map((state) => (
        <button
          key={state ?? 'all'} type="button" className={`tab tab-${state ?? 'all'}`} aria-pressed={state === props.chosen}
          onClick={() => props.onChoose(state)}
        >
          {state === null ? t.ledger.all : t.ledger.states[state]} <span className="tab-count">{f.number(props.counts[state ?? 'all'])}</span>
        </button>
      ))}
    </div>
  );
}
