/** The panel's hits: as the window's list, with rows that can be dragged out to other programs. The first row is what Enter opens. */

import { useEffect, type ReactNode } from 'react';
import type { Hit } from '../../src/contract/model.ts';
import { usePage, useStore, useWords } from '../page-context.ts';
import { HIT_LIST_ID, hitElementId } from '../search/hit-ids.ts';
import { HitRow } from '../search/hit-row.tsx';

/** What fits without scrolling far; the window has the rest. */
const MOST_ROWS = 20;

export function PanelList(props: { readonly onOpen: (hit: Hit) => void }): ReactNode {
  const { t } = useWords();
  const { search, host } = usePage();
  const state = useStore(search);
  useEffect(() => {
    if (state.selected !== null) document.getElementById(hitElementId(state.selected))?.scrollIntoView({ block: 'nearest' });
  }, [state.selected]);
  return (
    <div id={HIT_LIST_ID} className="hits panel-hits" role="listbox" aria-label={t.search.results} aria-busy={state.stage === 'asking'}>
      {state.hits.slice(0, MOST_ROWS).map((hit, at) => (
        <div
          key={hit.fileId} role="presentation" className={state.selected === null && at === 0 ? 'panel-row default' : 'panel-row'} draggable={host.desktop !== null}
          onDragStart={(event) => {
            // The system's own drag of the file takes the place of the page's.
            event.preventDefault();
            host.desktop?.startDrag(hit.fileId);
          }}
        >
          <HitRow hit={hit} selected={hit.fileId === state.selected} onSelect={() => search.dispatch({ type: 'selected', fileId: hit.fileId })} onOpen={() => props.onOpen(hit)} />
        </div>
      ))}
    </div>
  );
}
