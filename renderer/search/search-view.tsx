/** The search: box, filters, the list as it comes in, and what is known of the selected hit. */

import type { ReactNode } from 'react';
import { usePage, useStore, useWords } from '../page-context.ts';
import { isQuestion, selectedHit } from '../state/search-state.ts';
import { Spinner } from '../ui/spinner.tsx';
import { EmptySearch } from './empty-search.tsx';
import { FilterBar } from './filter-bar.tsx';
import { HitList } from './hit-list.tsx';
import { LiveCount } from './live-count.tsx';
import { PreviewPane } from './preview-pane.tsx';
import { SearchViewBox } from './search-box.tsx';
import { SearchHome } from './search-home.tsx';
import { SearchNotes } from './search-notes.tsx';

export function SearchView(): ReactNode {
  const { t } = useWords();
  const { search } = usePage();
  const state = useStore(search);
  const hit = selectedHit(state);
  const asked = isQuestion(state);
  return (
    <div className="search-view">
      <h1 className="sr-only">{t.nav.search}</h1>
      <div className="search-top">
        <SearchViewBox />
        <FilterBar />
      </div>
      <LiveCount />
      {!asked ? <SearchHome /> : (
        <div className={`search-split${hit === null ? '' : ' with-preview'}${state.hits.length === 0 ? ' bare' : ''}`}>
          <section className="search-list" aria-label={t.search.results}>
            <SearchNotes />
            {state.hits.length > 0 ? <HitList /> : null}
            {state.hits.length === 0 && state.stage === 'done' ? <EmptySearch /> : null}
            {state.stage === 'failed' ? <FailedSearch /> : null}
            <Spinner active={state.stage === 'asking' && state.hits.length === 0} label={t.search.live.asking} />
            <Spinner active={state.stage === 'words'} label={t.search.joining} />
          </section>
          <PreviewPane hit={hit} />
        </div>
      )}
    </div>
  );
}

function FailedSearch(): ReactNode {
  const { t } = useWords();
  const { search } = usePage();
  const { error } = useStore(search);
  return (
    <div className="empty" role="alert">
      <h2>{t.search.failed}</h2>
      <p>{error === null ? null : t.errors[error]}</p>
      <button type="button" onClick={() => search.dispatch({ type: 'refreshed' })}>{t.common.retry}</button>
    </div>
  );
}
