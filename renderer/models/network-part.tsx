/** Where downloads come from and how: mirror and proxy. Sent when a field is left, as all settings are. */

import { useEffect, useState, type ReactNode } from 'react';
import type { DownloadSettings } from '../../src/contract/settings.ts';
import { useAction, usePage, useStore, useWords } from '../page-context.ts';
import { Field } from '../ui/field.tsx';

export function NetworkPart(): ReactNode {
  const { t } = useWords();
  const { engine, settings: store } = usePage();
  const settings = useStore(store);
  const act = useAction();
  const m = t.models;
  if (settings === null) return null;
  const set = (change: Partial<DownloadSettings>): void => void act(() => engine.call('settings.set', { downloads: { ...settings.downloads, ...change } }), t.settings.saved);
  return (
    <details className="card form">
      <summary>{m.network}</summary>
      <Field label={m.mirror} hint={m.mirrorHint}>{(id, hint) => <AddressInput id={id} hintId={hint} value={settings.downloads.mirror} onCommit={(mirror) => set({ mirror })} />}</Field>
      <Field label={m.proxy} hint={m.proxyHint}>{(id, hint) => <AddressInput id={id} hintId={hint} value={settings.downloads.proxy} onCommit={(proxy) => set({ proxy })} />}</Field>
    </details>
  );
}

function AddressInput(props: { readonly id: string; readonly hintId: string | undefined; readonly value: string | null; readonly onCommit: (value: string | null) => void }): ReactNode {
  const [draft, setDraft] = useState(props.value ?? '');
  useEffect(() => setDraft(props.value ?? ''), [props.value]);
  const commit = (): void => {
    const value = draft.trim() === '' ? null : draft.trim();
    if (value !== props.value) props.onCommit(value);
  };
  return (
    <input
      id={props.id} aria-describedby={props.hintId} type="text" dir="ltr" inputMode="url" spellCheck={false} autoComplete="off" value={draft}
      onChange={(event) => setDraft(event.target.value)} onBlur={commit} onKeyDown={(event) => { if (event.key === 'Enter') commit(); }}
    />
  );
}
