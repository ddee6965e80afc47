/** Before anything is asked: what can be asked, and what was asked lately. */

import { useEffect, useState, type ReactNode } from 'react';
import { useAction, usePage, useStore, useWords } from '../page-context.ts';
import { Icon } from '../ui/icon.tsx';
import { visibleText } from '../ui/visible-text.ts';
import { focusSearchBox } from './use-search-box-keys.ts';

/** More would push the hints out of sight. */
const SHOWN_RECENTS = 6;

export function SearchHome(): ReactNode {
  const { t } = useWords();
  const { search } = usePage();
  const put = (text: string): void => {
    search.dispatch({ type: 'typed', text });
    focusSearchBox();
  };
  return (
    <div className="home">
      <h2>{t.search.home.title}</h2>
      <p className="home-hint">{t.search.home.hint}</p>
      <Recents onChoose={put} />
      <div className="home-columns">
        <ul className="tips">
          {t.search.home.tips.map((tip) => <li key={tip.code}><code>{tip.code}</code><span>{tip.says}</span></li>)}
        </ul>
        <dl className="keys">
          <Key keys={['/']} says={t.keys.focus} />
          <Key keys={['↑', '↓']} says={t.keys.move} />
          <Key keys={['Enter']} says={t.keys.open} />
          <Key keys={['Ctrl', 'Enter']} says={t.keys.reveal} />
          <Key keys={['Esc']} says={t.keys.clear} />
        </dl>
      </div>
    </div>
  );
}

function Key(props: { readonly keys: readonly string[]; readonly says: string }): ReactNode {
  return <div><dt>{props.keys.map((key) => <kbd key={key}>{key}</kbd>)}</dt><dd>{props.says}</dd></div>;
}

function Recents(props: { readonly onChoose: (text: string) => void }): ReactNode {
  const { t } = useWords();
  const { engine, settings } = usePage();
  const keeps = useStore(settings)?.keepRecents === true;
  const act = useAction();
  const [recents, setRecents] = useState<readonly string[]>([]);
  useEffect(() => {
    if (!keeps) return undefined;
    let wanted = true;
    engine.call('recents.list', undefined).then(
      (list) => { if (wanted) setRecents(list); },
      // Recents are a convenience: without them the page is whole, and the banner tells of a lost connection.
      () => { if (wanted) setRecents([]); },
    );
    return () => { wanted = false; };
  }, [engine, keeps]);
  if (!keeps || recents.length === 0) return null;
  return (
    <section className="recents" aria-label={t.search.home.recents}>
      <h3>{t.search.home.recents} <button type="button" className="link" onClick={() => void act(() => engine.call('recents.clear', undefined)).then((done) => { if (done) setRecents([]); })}>{t.search.home.clearRecents}</button></h3>
      <ul>
        {recents.slice(0, SHOWN_RECENTS).map((text) => (
          <li key={text}><button type="button" className="recent" onClick={() => props.onChoose(text)}><Icon name="clock" /><bdi>{visibleText(text)}</bdi></button></li>
        ))}
      </ul>
    </section>
  );
}
