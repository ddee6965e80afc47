/** The last self-test of an installed model: passed or not, what was found, and when. */

import type { ReactNode } from 'react';
import type { ModelCheck } from '../../src/contract/models.ts';
import { useWords } from '../page-context.ts';
import { Icon } from '../ui/icon.tsx';

export function CheckPart(props: { readonly title: string; readonly check: ModelCheck | null }): ReactNode {
  const { title, check } = props;
  const { t, f } = useWords();
  const m = t.models;
  if (check === null) return <p className="note">{m.notTested}</p>;
  const when = f.moment(check.atMs);
  const figure = (value: number): string => (Number.isFinite(value) ? value.toFixed(4) : '–');
  return (
    <div className="model-check">
      <p className={check.passed ? 'check-line good' : 'check-line bad'}><Icon name={check.passed ? 'check' : 'warning'} />{check.passed ? m.passed(when) : m.failed(when)}</p>
      {check.passed ? null : <p className="hint" lang="en" dir="auto">{check.detail}</p>}
      {check.cosines.length === 0 ? null : (
        <details>
          <summary>{m.figures}</summary>
          <table className="model-figures">
            <caption className="sr-only">{m.figuresOf(title)}</caption>
            <thead><tr><th scope="col">{m.expected}</th><th scope="col">{m.found}</th></tr></thead>
            <tbody>
              {check.cosines.map(({ expected, found }, place) => <tr key={place}><td className="number">{figure(expected)}</td><td className="number">{figure(found)}</td></tr>)}
            </tbody>
          </table>
        </details>
      )}
    </div>
  );
}
