/** The honest "nothing here": what was searched, what could not be yet, and the way on. */

import type { ReactNode } from 'react';
import { usePage, useStore, useWords } from '../page-context.ts';
import { hasFilters } from '../state/filters.ts';
import { Stone } from '../ui/stone.tsx';

export function EmptySearch(): ReactNode {
  const { t } = useWords();
  const { search } = usePage();
  const { update, text, filters } = useStore(search);
  const weak = update?.weakHidden ?? 0;
  const unembedded = update?.unembeddedShare ?? 0;
  return (
    <div className="empty">
      <Stone />
      <h2>{t.search.empty.title}</h2>
      <p><bdi>{t.search.empty.body(text.trim())}</bdi></p>
      {unembedded > 0 ? <p>{t.search.empty.indexing(unembedded)}</p> : null}
      <div className="actions">
        {weak > 0 ? <button type="button" className="primary" onClick={() => search.dispatch({ type: 'weak-shown', showWeak: true })}>{t.search.empty.weak(weak)}</button> : null}
        {hasFilters(filters) ? <button type="button" onClick={() => search.dispatch({ type: 'filtered', filters: {} })}>{t.search.empty.clearFilters}</button> : null}
      </div>
    </div>
  );
}
