/**
 * The quick-search panel: one box, hits under it, nothing else. Lives in a window of its own that is shown by a key and hidden again
 * (electron/panel.ts); asks for the height it needs. Works in a browser too, where it is only a narrow search page.
 */

import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { Hit } from '../../src/contract/model.ts';
import { applyAppearance, rememberedAppearance } from '../appearance.ts';
import { chooseLocale, wordsFor } from '../messages/catalogue.ts';
import { usePage, useStore, useWords, WordsContext } from '../page-context.ts';
import { PreviewText } from '../search/preview-text.tsx';
import { SearchBox } from '../search/search-box.tsx';
import { useHitActions } from '../search/use-hit-actions.ts';
import { usePreview } from '../search/use-preview.ts';
import { focusSearchBox } from '../search/use-search-box-keys.ts';
import { waitsForPower } from '../state/index-state.ts';
import { isQuestion, selectedHit } from '../state/search-state.ts';
import { nameOf } from '../ui/path-parts.ts';
import { visibleText } from '../ui/visible-text.ts';
import { completeFilter } from './complete-filter.ts';
import { panelCommandOf, type PanelCommand } from './panel-keys.ts';
import { PanelList } from './panel-list.tsx';

export function PanelApp(): ReactNode {
  const page = usePage();
  const settings = useStore(page.settings);
  const { language, theme } = settings ?? rememberedAppearance(localStorage);
  const locale = chooseLocale(language, navigator.languages);
  const words = useMemo(() => wordsFor(locale), [locale]);
  useEffect(() => { applyAppearance(document.documentElement, theme, words.f.locale); }, [theme, words]);
  useEffect(() => { document.documentElement.classList.add('in-panel'); }, []);
  return <WordsContext value={words}><PanelSearch /></WordsContext>;
}

function PanelSearch(): ReactNode {
  const { t } = useWords();
  const { search, index, host } = usePage();
  const state = useStore(search);
  const { status } = useStore(index);
  const folders = (status?.roots ?? []).map((root) => nameOf(root.path));
  const { open, reveal } = useHitActions();
  const [previewing, setPreviewing] = useState(false);
  const frame = useRef<HTMLDivElement>(null);
  const chosen = selectedHit(state);
  const { desktop } = host;

  // Another question, another row: what was previewed is over.
  useEffect(() => { setPreviewing(false); }, [state.serial, chosen?.fileId]);

  // The window is as high as what is in it.
  useEffect(() => {
    const element = frame.current;
    if (element === null || desktop === null) return undefined;
    const observer = new ResizeObserver(() => desktop.resizePanel(Math.ceil(element.getBoundingClientRect().height)));
    observer.observe(element);
    return () => observer.disconnect();
  }, [desktop]);

  useEffect(() => desktop?.onEvent((event) => {
    if (event.kind !== 'panel-shown') return;
    if (event.fresh) search.dispatch({ type: 'typed', text: '' });
    // The text is selected: typing replaces it, an arrow keeps it.
    focusSearchBox();
  }), [desktop, search]);

  const away = (): void => { desktop?.hidePanel(); };
  const run = (command: PanelCommand): void => {
    const hit: Hit | null = chosen ?? state.hits[0] ?? null;
    switch (command.type) {
      case 'move':
        return search.dispatch({ type: 'moved', to: command.to });
      case 'open':
        if (hit === null) return;
        open(hit);
        return away();
      case 'reveal':
        if (hit === null) return;
        reveal(hit);
        return away();
      case 'complete':
        return search.dispatch({ type: 'typed', text: completeFilter(state.text, folders) ?? state.text });
      case 'preview':
        return setPreviewing(!previewing);
      case 'close':
        // Without a window to hide, Escape clears, as in the page.
        return desktop === null ? search.dispatch({ type: 'typed', text: '' }) : away();
    }
  };
  const asked = isQuestion(state);
  return (
    <main className="panel" ref={frame} aria-label={t.panel.label}>
      <SearchBox
        onKey={(press) => {
          const command = panelCommandOf(press, { chosen: chosen !== null, previewing, completable: completeFilter(state.text, folders) !== null });
          if (command !== null) run(command);
          return command !== null;
        }}
      />
      {asked && previewing && chosen !== null ? <PanelPreview key={chosen.fileId} hit={chosen} /> : null}
      {asked && !previewing && state.hits.length > 0 ? <PanelList onOpen={(hit) => { open(hit); away(); }} /> : null}
      {asked && state.stage === 'done' && state.hits.length === 0 ? <p className="panel-note" role="status">{t.search.empty.title}</p> : null}
      {asked && state.stage === 'failed' ? <p className="panel-note bad" role="alert">{t.search.failed}</p> : null}
      {asked && status !== null && waitsForPower(status) ? <p className="panel-note" role="status">{t.panel.waitsForPower}</p> : null}
      {asked ? (
        <footer className="panel-foot">
          <span aria-live="polite">{state.stage === 'words' ? t.search.joining : t.panel.keys(desktop?.platform === 'darwin' ? '⌘' : 'Ctrl+')}</span>
          <button type="button" className="link" onClick={() => desktop?.openWindow('search', state.text)} hidden={desktop === null}>{t.panel.more}</button>
        </footer>
      ) : null}
    </main>
  );
}

function PanelPreview({ hit }: { readonly hit: Hit }): ReactNode {
  const { t } = useWords();
  const { host } = usePage();
  const reading = usePreview(hit.fileId, hit.passages[0]?.ordinal);
  return (
    <section className="panel-preview" aria-label={t.preview.label}>
      <h2><bdi>{visibleText(hit.name)}</bdi></h2>
      {hit.kind === 'image' && host.desktop !== null ? <img src={`app://file/${hit.fileId}`} alt={t.panel.imageOf(hit.name)} /> : null}
      {reading.error === null ? null : <p className="note bad" role="alert">{t.errors[reading.error]}</p>}
      {reading.preview === null ? null : <PreviewText preview={reading.preview} hits={hit.passages} onRead={reading.read} />}
    </section>
  );
}
