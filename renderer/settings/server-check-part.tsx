/** What the check of a server found, in plain words; the figures for whoever wants them. */

import type { ReactNode } from 'react';
import type { ServerCheck } from '../../src/contract/models.ts';
import { useWords } from '../page-context.ts';
import { Icon } from '../ui/icon.tsx';

export function ServerCheckPart(props: { readonly check: ServerCheck }): ReactNode {
  const { kind, dimension, check, findings } = props.check;
  const { t } = useWords();
  const s = t.server;
  return (
    <div className="form" role="status">
      <p className={check.passed ? 'check-line good' : 'check-line bad'}>
        <Icon name={check.passed ? 'check' : 'warning'} /><span>{s.found(kind, dimension)} {check.passed ? s.passed : s.notPassed}</span>
      </p>
      {findings.length === 0 ? <p className="hint">{s.clean}</p> : (
        <div>
          <h3>{s.findings}</h3>
          <ul>{findings.map(({ code, detail }) => <li key={code}>{s.finding(code, detail)}</li>)}</ul>
        </div>
      )}
      <details>
        <summary>{s.figures}</summary>
        <p className="hint" lang="en" dir="auto">{check.detail}</p>
      </details>
    </div>
  );
}
