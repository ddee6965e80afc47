/** One line above the list: how many, how fast, and whatever a person should know about this answer. */

import type { ReactNode } from 'react';
import { usePage, useStore, useWords } from '../page-context.ts';

export function SearchNotes(): ReactNode {
  const { t } = useWords();
  const { search } = usePage();
  const { update, hits, stage, showWeak } = useStore(search);
  if (update === null) return <div className="search-notes" />;
  const empty = hits.length === 0;
  return (
    <div className="search-notes">
      {empty ? null : (
        <p className="count-line">
          <span data-testid="hit-count" data-stage={stage}>{t.search.count(hits.length, update.tookMs)}</span>
          {stage === 'done' && update.weakHidden > 0 ? (
            <span> · {t.search.weakHidden(update.weakHidden)} <button type="button" className="link" onClick={() => search.dispatch({ type: 'weak-shown', showWeak: true })}>{t.search.showWeak}</button></span>
          ) : null}
          {showWeak ? (
            <span> · {t.search.weakShown} <button type="button" className="link" onClick={() => search.dispatch({ type: 'weak-shown', showWeak: false })}>{t.search.hideWeak}</button></span>
          ) : null}
        </p>
      )}
      {update.unembeddedShare > 0 && !empty ? <p className="note">{t.search.unembedded(update.unembeddedShare)}</p> : null}
      {update.notices.map((notice) => (
        <p key={`${notice.code} ${notice.detail}`} className="note">
          {t.search.notices[notice.code]}
          {notice.code === 'filter-not-understood' ? <> <code><bdi>{notice.detail}</bdi></code></> : null}
        </p>
      ))}
    </div>
  );
}
