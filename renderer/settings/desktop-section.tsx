/** What only the installed app has: the quick-search key, starting at login, updates. In a browser this section is not there. */

import { useEffect, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { DesktopHost, DesktopState } from '../../src/contract/desktop.ts';
import type { Settings } from '../../src/contract/settings.ts';
import { useWords } from '../page-context.ts';
import { ChoiceField } from '../ui/choice-field.tsx';
import { Check } from '../ui/field.tsx';
import { acceleratorOf, shownAccelerator } from './accelerator.ts';
import type { SectionProps } from './section.ts';

const UPDATES: readonly Settings['updates'][] = ['off', 'notify', 'install'];

export function DesktopSection({ settings, set, desktop }: SectionProps & { readonly desktop: DesktopHost }): ReactNode {
  const s = useWords().t.settings.desktop;
  const [state, setState] = useState<DesktopState | null>(null);
  useEffect(() => {
    let wanted = true;
    const take = (next: DesktopState): void => { if (wanted) setState(next); };
    desktop.state().then(take, () => { if (wanted) setState(null); });
    const stop = desktop.onEvent((event) => { if (event.kind === 'state') take(event.state); });
    return () => { wanted = false; stop(); };
  }, [desktop]);
  return (
    <section className="card form" aria-labelledby="set-desktop">
      <h2 id="set-desktop">{s.title}</h2>
      <HotkeyField settings={settings} set={set} desktop={desktop} state={state} />
      <Check label={s.atLogin} checked={settings.startAtLogin} onChange={(startAtLogin) => set({ startAtLogin })} />
      <Check label={s.hidden} {...(state?.tray === false ? { hint: s.noTray } : {})} checked={settings.startHidden} onChange={(startHidden) => set({ startHidden })} />
      <ChoiceField label={s.updates} hint={s.updatesHint} value={settings.updates} choices={UPDATES} words={s.updateWords} onChoose={(updates) => set({ updates })} />
      {state?.update === null || state === null ? null : <p className="note" role="status">{s.updateFound(state.update.version, state.update.state)}</p>}
    </section>
  );
}

function HotkeyField({ settings, set, desktop, state }: SectionProps & { readonly desktop: DesktopHost; readonly state: DesktopState | null }): ReactNode {
  const s = useWords().t.settings.desktop;
  const [listening, setListening] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const press = (event: KeyboardEvent<HTMLButtonElement>): void => {
    if (!listening) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.code === 'Escape') return setListening(false);
    const accelerator = acceleratorOf(event.nativeEvent, desktop.platform);
    if (accelerator === null) return;
    setListening(false);
    desktop.tryHotkey(accelerator).then((answer) => {
      setProblem(answer === 'free' ? null : s.hotkeyProblems[answer](shownAccelerator(accelerator, desktop.platform)));
      if (answer === 'free') set({ hotkey: accelerator });
    }, () => setProblem(s.hotkeyProblems.invalid(accelerator)));
  };
  const present = state?.hotkey ?? null;
  const told = problem ?? (state === null || state.hotkeyState === 'registered' || state.hotkeyState === 'off' || present === null ? null : s.hotkeyProblems[state.hotkeyState](shownAccelerator(present, desktop.platform)));
  return (
    <div className="field">
      <span id="hotkey-label">{s.hotkey}</span>
      <div className="actions">
        <button
          type="button" aria-labelledby="hotkey-label hotkey-button" id="hotkey-button" aria-pressed={listening}
          onClick={() => { setListening(!listening); setProblem(null); }} onBlur={() => setListening(false)} onKeyDown={press}
        >
          {listening ? s.pressKeys : present === null ? s.noHotkey : shownAccelerator(present, desktop.platform)}
        </button>
        {settings.hotkey === 'default' ? null : <button type="button" className="quiet" onClick={() => { setProblem(null); set({ hotkey: 'default' }); }}>{s.defaultHotkey}</button>}
        {settings.hotkey === null ? null : <button type="button" className="quiet" onClick={() => { setProblem(null); set({ hotkey: null }); }}>{s.withoutHotkey}</button>}
      </div>
      {told === null ? <p className="hint">{s.hotkeyHint}</p> : <p className="hint bad" role="alert">{told}</p>}
    </div>
  );
}
