/** The ledger: every file there is and what became of it, by outcome, by folder, by path. */

import { useState, type ReactNode } from 'react';
import type { OutcomeState } from '../../src/contract/model.ts';
import { useAction, usePage, useStore, useWords } from '../page-context.ts';
import { allFiles } from '../state/index-state.ts';
import { Icon } from '../ui/icon.tsx';
import { nameOf } from '../ui/path-parts.ts';
import { Spinner } from '../ui/spinner.tsx';
import { visibleText } from '../ui/visible-text.ts';
import { LedgerRow } from './ledger-row.tsx';
import { OutcomeTabs } from './outcome-tabs.tsx';
import { useLedger } from './use-ledger.ts';

export function LedgerView(): ReactNode {
  const { t } = useWords();
  const { engine, index } = usePage();
  const { status } = useStore(index);
  const act = useAction();
  const { state, ask, more } = useLedger();
  const { query } = state;
  const [contains, setContains] = useState('');
  const counts = status?.counts ?? { indexed: 0, pending: 0, skipped: 0, failed: 0 };
  const roots = status?.roots ?? [];
  const setState = (outcome: OutcomeState | null): void => ask({ ...query, state: outcome });
  const retry = (fileIds?: readonly number[]): void => void act(() => engine.call('index.retry', fileIds === undefined ? {} : { fileIds }), t.ledger.retried(fileIds?.length ?? counts.failed));
  return (
    <div className="page-column wide">
      <header className="view-head">
        <div><h1>{t.ledger.title}</h1><p className="lead">{t.ledger.intro}</p></div>
        {counts.failed > 0 ? <button type="button" onClick={() => retry()}><Icon name="refresh" />{t.ledger.retry}</button> : null}
      </header>
      <OutcomeTabs chosen={query.state} counts={{ all: allFiles(counts), ...counts }} onChoose={setState} />
      <div className="ledger-tools">
        <label className="with-icon">
          <span className="sr-only">{t.ledger.contains}</span><Icon name="search" />
          <input
            type="text" dir="auto" placeholder={t.ledger.contains} value={contains} spellCheck={false} autoComplete="off"
            onChange={(event) => { setContains(event.target.value); ask({ ...query, contains: event.target.value }); }}
          />
        </label>
        {roots.length < 2 ? null : (
          <label>
            <span className="sr-only">{t.ledger.folder}</span>
            <select value={query.rootId ?? ''} onChange={(event) => ask({ ...query, rootId: event.target.value === '' ? null : Number(event.target.value) })}>
              <option value="">{t.filters.anyFolder}</option>
              {roots.map((root) => <option key={root.id} value={root.id}>{visibleText(nameOf(root.path))}</option>)}
            </select>
          </label>
        )}
        <span className="ledger-count" role="status">{state.files.length === 0 ? '' : t.ledger.shown(state.files.length, state.total)}</span>
      </div>
      {state.error === null ? null : <p className="note bad" role="alert">{t.errors[state.error]}</p>}
      {state.files.length === 0 ? <LedgerEmpty loading={state.loading} text={query.contains.trim() === '' ? t.ledger.none[query.state ?? 'all'] : t.ledger.noMatch} /> : (
        <table className="ledger" id="ledger-table">
          <thead>
            <tr><th scope="col">{t.ledger.columns.file}</th><th scope="col">{t.ledger.columns.outcome}</th><th scope="col" className="number">{t.ledger.columns.size}</th><th scope="col">{t.ledger.columns.modified}</th></tr>
          </thead>
          <tbody>{state.files.map((file) => <LedgerRow key={file.id} file={file} onRetry={() => retry([file.id])} />)}</tbody>
        </table>
      )}
      {state.next === null ? null : <button type="button" className="wide-button" disabled={state.loading} onClick={more}>{t.common.more}</button>}
    </div>
  );
}

function LedgerEmpty(props: { readonly loading: boolean; readonly text: string }): ReactNode {
  const { t } = useWords();
  return props.loading ? <Spinner active label={t.common.loading} /> : <p className="ledger-none">{props.text}</p>;
}
