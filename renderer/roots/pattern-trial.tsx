/** The try-a-pattern box: what the patterns being typed would drop of the files that are known, before anything is saved. */

import { useEffect, useState, type ReactNode } from 'react';
import type { RootOptions, RootTrial } from '../../src/contract/model.ts';
import { usePage, useWords } from '../page-context.ts';
import { visibleText } from '../ui/visible-text.ts';

/** After the last key: each trial looks at every known file of the folder. */
const SETTLE_MS = 300;

export function PatternTrial(props: { readonly rootId: number; readonly options: Pick<RootOptions, 'include' | 'exclude' | 'includeHidden' | 'includeSecrets'> }): ReactNode {
  const { t } = useWords();
  const { engine } = usePage();
  const [trial, setTrial] = useState<RootTrial | null>(null);
  const { rootId, options } = props;
  // The options are made anew with each drawing: their text tells whether they changed.
  const asked = JSON.stringify(options);
  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(() => {
      // Half a pattern may be refused: the box then keeps what it said last.
      engine.call('roots.try', { rootId, options: JSON.parse(asked) as Partial<RootOptions> }, stop.signal).then(setTrial, () => undefined);
    }, SETTLE_MS);
    return () => { clearTimeout(timer); stop.abort(); };
  }, [engine, rootId, asked]);
  if (trial === null) return null;
  const words = t.folders.form;
  return (
    <div className="note" role="status" data-testid="pattern-trial">
      <p>{words.trial(trial.kept, trial.dropped)}</p>
      {trial.examples.length === 0 ? null : <ul className="trial-examples">{trial.examples.map((example) => <li key={example}><bdi>{visibleText(example)}</bdi></li>)}</ul>}
    </div>
  );
}
