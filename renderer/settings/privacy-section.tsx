/** What is kept and where, and how it goes away: one thing, or everything. */

import { useEffect, useState, type ReactNode } from 'react';
import { useAction, usePage, useStore, useWords } from '../page-context.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Check } from '../ui/field.tsx';
import type { SectionProps } from './section.ts';

export function PrivacySection({ settings, set }: SectionProps): ReactNode {
  const { t, f } = useWords();
  const { engine, index } = usePage();
  const act = useAction();
  const { status } = useStore(index);
  const [directory, setDirectory] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  const s = t.settings;
  useEffect(() => {
    let wanted = true;
    // Without an answer the place is left out; the banner tells of a lost connection.
    engine.call('engine.info', undefined).then((info) => { if (wanted) setDirectory(info.dataDirectory); }, () => { if (wanted) setDirectory(null); });
    return () => { wanted = false; };
  }, [engine]);
  const kept: readonly (readonly [string, string])[] = status === null ? [] : [
    [s.keptText, f.bytes(status.disk.catalogBytes)], [s.keptVectors, settings.vectors.uri ?? f.bytes(status.disk.vectorBytes)],
    [s.keptRecents, settings.keepRecents ? s.keptYes : s.keptNo], [s.keptSettings, s.keptSettingsWhat],
  ];
  const erase = (): void => {
    setAsking(false);
    void act(() => engine.call('engine.erase', { confirm: 'everything' }), s.erased);
  };
  return (
    <section className="card form" aria-labelledby="set-privacy">
      <h2 id="set-privacy">{s.privacy}</h2>
      {directory === null ? null : <p className="hint">{s.keptWhere} <bdi><code>{directory}</code></bdi></p>}
      <dl className="facts">{kept.map(([name, value]) => <div key={name}><dt>{name}</dt><dd><bdi>{value}</bdi></dd></div>)}</dl>
      <Check label={s.recents} checked={settings.keepRecents} onChange={(keepRecents) => set({ keepRecents })} />
      <div className="actions">
        <button type="button" onClick={() => void act(() => engine.call('recents.clear', undefined), s.recentsCleared)}>{s.clearRecents}</button>
        <button type="button" className="danger" onClick={() => setAsking(true)}>{s.eraseAll}</button>
      </div>
      {asking ? (
        <Dialog title={s.eraseAll} onClose={() => setAsking(false)}>
          <p>{s.eraseWhat}</p>
          <p><strong>{t.folders.confirm.safe}</strong></p>
          <footer className="dialog-foot">
            <button type="button" onClick={() => setAsking(false)}>{t.common.cancel}</button>
            <button type="button" className="danger solid" onClick={erase}>{s.eraseYes}</button>
          </footer>
        </Dialog>
      ) : null}
    </section>
  );
}
