/** The frame of the page: header, the view, the status bar, and what is said in passing. */

import { useEffect, useMemo, type ReactNode } from 'react';
import { applyAppearance, rememberAppearance, rememberedAppearance } from './appearance.ts';
import { ConnectionBanner } from './status/connection-banner.tsx';
import { NoticeLine } from './status/notice-line.tsx';
import { StatusBar } from './status/status-bar.tsx';
import { LedgerView } from './ledger/ledger-view.tsx';
import { chooseLocale, wordsFor } from './messages/catalogue.ts';
import { GenerationsSection } from './generations/generations-section.tsx';
import { ModelsView } from './models/models-view.tsx';
import { useStore, usePage, WordsContext } from './page-context.ts';
import { FirstLaunch } from './roots/first-launch.tsx';
import { RootsView } from './roots/roots-view.tsx';
import { useView } from './routes.ts';
import { SearchView } from './search/search-view.tsx';
import { useSearchBoxKeys } from './search/use-search-box-keys.ts';
import { SettingsView } from './settings/settings-view.tsx';
import { SiteHeader } from './site-header.tsx';

export function App(): ReactNode {
  const page = usePage();
  const settings = useStore(page.settings);
  const { status } = useStore(page.index);
  const view = useView();
  const { language, theme } = settings ?? rememberedAppearance(localStorage);
  const locale = chooseLocale(language, navigator.languages);
  const words = useMemo(() => wordsFor(locale), [locale]);

  useEffect(() => {
    applyAppearance(document.documentElement, theme, words.f.locale);
    if (settings !== null) rememberAppearance(localStorage, { language, theme });
  }, [settings, language, theme, words]);

  useSearchBoxKeys();
  const firstLaunch = status !== null && status.roots.length === 0;
  return (
    <WordsContext value={words}>
      <a className="skip" href="#content" onClick={(event) => { event.preventDefault(); document.getElementById('content')?.focus(); }}>{words.t.nav.skip}</a>
      <SiteHeader view={view} />
      <ConnectionBanner />
      <main id="content" tabIndex={-1} className={`view view-${view}`}>
        {view === 'search' ? (firstLaunch ? <FirstLaunch /> : <SearchView />) : null}
        {view === 'folders' ? <RootsView /> : null}
        {view === 'files' ? <LedgerView /> : null}
        {view === 'models' ? <ModelsView>{(models) => <GenerationsSection status={models} />}</ModelsView> : null}
        {view === 'settings' ? <SettingsView /> : null}
      </main>
      <NoticeLine />
      <StatusBar />
    </WordsContext>
  );
}
