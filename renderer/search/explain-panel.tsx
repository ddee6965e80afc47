/** "Why this result": the very numbers the order was computed from. */

import type { ReactNode } from 'react';
import type { ExplainTrace } from '../../src/contract/model.ts';
import { useWords } from '../page-context.ts';

export function ExplainPanel(props: { readonly trace: ExplainTrace }): ReactNode {
  const { t, f } = useWords();
  const names: Readonly<Record<string, string>> = t.explain.parts;
  const digits = new Intl.NumberFormat(f.locale, { maximumSignificantDigits: 4, signDisplay: 'exceptZero' });
  return (
    <div className="explain">
      <table>
        <caption>{t.explain.intro}</caption>
        <thead><tr><th scope="col">{t.explain.part}</th><th scope="col" className="number">{t.explain.value}</th><th scope="col">{t.explain.note}</th></tr></thead>
        <tbody>
          {props.trace.parts.map((part) => (
            <tr key={`${part.name} ${part.note}`}><th scope="row">{Object.hasOwn(names, part.name) ? names[part.name] : part.name}</th><td className="number">{digits.format(part.value)}</td><td lang="en"><bdi>{part.note}</bdi></td></tr>
          ))}
        </tbody>
        <tfoot><tr><th scope="row">{t.explain.total}</th><td className="number">{digits.format(props.trace.score)}</td><td /></tr></tfoot>
      </table>
    </div>
  );
}
