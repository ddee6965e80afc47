/** Start of the page, read top to bottom: connect, make the stores, feed them, draw. */

import { createRoot } from 'react-dom/client';
import type { Settings } from '../src/contract/settings.ts';
import { App } from './app.tsx';
import { connect } from './connect.ts';
import { findHost } from './host.ts';
import { PageContext, type Page } from './page-context.ts';
import { PanelApp } from './panel/panel-app.tsx';
import { goTo, PANEL_ADDRESS, viewNamed } from './routes.ts';
import { startSearchSession } from './search/search-session.ts';
import { INITIAL_INDEX, reduceIndex } from './state/index-state.ts';
import { INITIAL_NOTICE, reduceNotice } from './state/notice-state.ts';
import { INITIAL_SEARCH, reduceSearch } from './state/search-state.ts';
import { createStore } from './state/store.ts';

const page: Page = {
  engine: connect(window),
  host: findHost(window),
  search: createStore(reduceSearch, INITIAL_SEARCH),
  index: createStore(reduceIndex, INITIAL_INDEX),
  settings: createStore<Settings | null, Settings>((_before, settings) => settings, null),
  notices: createStore(reduceNotice, INITIAL_NOTICE),
};

page.engine.subscribe('index.status', undefined, { next: (status) => page.index.dispatch({ type: 'status', status }) });
page.engine.subscribe('settings', undefined, { next: (settings) => page.settings.dispatch(settings) });
startSearchSession({
  ...page,
  schedule: (run, ms) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
});

// The app opens a view, from its tray or from the panel, sometimes with a question.
page.host.desktop?.onEvent((event) => {
  if (event.kind !== 'open-view') return;
  goTo(viewNamed(event.view));
  if (event.query !== undefined) page.search.dispatch({ type: 'typed', text: event.query });
});

const place = document.getElementById('page');
if (place === null) throw new Error('index.html has no element with the id "page".');
// The desktop app's quick-search panel is the same page at an address of its own.
const isPanel = window.location.hash === PANEL_ADDRESS;
createRoot(place).render(<PageContext value={page}>{isPanel ? <PanelApp /> : <App />}</PageContext>);
