/** The hits as a listbox that the search box steers: focus stays in the box, the active row is told by its id. */

import { useEffect, useRef, type ReactNode } from 'react';
import { usePage, useStore, useWords } from '../page-context.ts';
import { LAST_LIMIT } from '../state/search-state.ts';
import { HIT_LIST_ID, hitElementId } from './hit-ids.ts';
import { HitRow } from './hit-row.tsx';
import { useHitActions } from './use-hit-actions.ts';

export function HitList(): ReactNode {
  const { t } = useWords();
  const { search } = usePage();
  const state = useStore(search);
  const { open } = useHitActions();
  const list = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (state.selected !== null) document.getElementById(hitElementId(state.selected))?.scrollIntoView({ block: 'nearest' });
  }, [state.selected]);
  // Another question starts at the top; a later tier of the same one leaves the list where it is.
  const topQuestion = `${state.text} ${JSON.stringify(state.filters)}`;
  useEffect(() => { list.current?.parentElement?.scrollTo({ top: 0 }); }, [topQuestion]);

  const mayHaveMore = state.stage === 'done' && state.hits.length >= state.limit && state.limit < LAST_LIMIT;
  return (
    <>
      <div ref={list} id={HIT_LIST_ID} className="hits" role="listbox" aria-label={t.search.results} aria-busy={state.stage === 'asking'}>
        {state.hits.map((hit) => (
          <HitRow
            key={hit.fileId} hit={hit} selected={hit.fileId === state.selected}
            onSelect={() => search.dispatch({ type: 'selected', fileId: hit.fileId })} onOpen={() => open(hit)}
          />
        ))}
      </div>
      {mayHaveMore ? <button type="button" className="wide-button" onClick={() => search.dispatch({ type: 'more-wanted' })}>{t.search.more}</button> : null}
    </>
  );
}
