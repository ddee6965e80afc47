/**
 * The embedding server: where it is, whether it does its work, and the leave to send it text. A form with a draft, unlike the other
 * settings: half an address must not be used. Text only leaves after the warning was answered, which the engine sees to (allowRemote).
 */

import { useEffect, useState, type ReactNode } from 'react';
import { EngineError } from '../../src/contract/errors.ts';
import type { ServerCheck } from '../../src/contract/models.ts';
import type { ServerSettings } from '../../src/contract/settings.ts';
import { codeOf, useAction, usePage, useStore, useWords } from '../page-context.ts';
import { Check, Field } from '../ui/field.tsx';
import { Icon } from '../ui/icon.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { visibleText } from '../ui/visible-text.ts';
import { ServerCheckPart } from './server-check-part.tsx';
import { ServerMorePart } from './server-more-part.tsx';

/** What became of asking the server. */
type Asked =
  | { readonly state: 'not-asked' }
  | { readonly state: 'asking' }
  /** The engine sends nothing there before it is allowed. */
  | { readonly state: 'warned'; readonly host: string }
  | { readonly state: 'failed'; readonly why: string }
  | { readonly state: 'answered'; readonly check: ServerCheck };

export function ServerSection(): ReactNode {
  const { t } = useWords();
  const { engine, settings: store } = usePage();
  const settings = useStore(store);
  const act = useAction();
  const [draft, setDraft] = useState<ServerSettings | null>(null);
  const [asked, setAsked] = useState<Asked>({ state: 'not-asked' });
  const saved = settings?.server;
  // Another page, or the file, may have changed it while nothing was typed here.
  const savedText = JSON.stringify(saved);
  useEffect(() => { setDraft(null); }, [savedText]);
  if (settings === null || saved === undefined) return null;
  const s = t.server;
  const server = draft ?? saved;
  const inUse = settings.model === 'server' && draft === null;

  /** The leave belongs to one address. */
  const change = (part: Partial<ServerSettings>): void => {
    setDraft({ ...server, ...part, ...(part.baseUrl !== undefined && part.baseUrl !== server.baseUrl ? { allowRemote: false } : {}) });
    setAsked(part.allowRemote === true ? asked : { state: 'not-asked' });
  };
  const check = async (): Promise<void> => {
    setAsked({ state: 'asking' });
    try {
      setAsked({ state: 'answered', check: await engine.call('server.check', server) });
    } catch (error) {
      const host = error instanceof EngineError ? error.details?.['host'] : undefined;
      if (codeOf(error) === 'remote-not-allowed' && typeof host === 'string') setAsked({ state: 'warned', host });
      else setAsked({ state: 'failed', why: error instanceof Error ? error.message : String(error) });
    }
  };
  const use = (): void => void act(async () => {
    await engine.call('settings.set', { server });
    await engine.call('models.choose', { model: 'server' });
  }, s.saved);

  return (
    <section className="card form" aria-labelledby="set-server">
      <div className="model-head">
        <h2 id="set-server">{s.title}</h2>
        {inUse ? <span className="model-badge"><Icon name="check" />{s.inUse}</span> : null}
      </div>
      <p className="hint">{s.intro}</p>
      <Field label={s.address} hint={s.addressHint}>{(id, hint) => (
        <input id={id} aria-describedby={hint} type="text" dir="ltr" inputMode="url" spellCheck={false} autoComplete="off" value={server.baseUrl ?? ''} onChange={(event) => change({ baseUrl: event.target.value.trim() === '' ? null : event.target.value.trim() })} />
      )}</Field>
      <Field label={s.model} hint={s.modelHint}>{(id, hint) => (
        <input id={id} aria-describedby={hint} type="text" dir="ltr" spellCheck={false} autoComplete="off" value={server.model} onChange={(event) => change({ model: event.target.value })} />
      )}</Field>
      <Field label={s.key} hint={s.keyHint}>{(id, hint) => (
        <input id={id} aria-describedby={hint} type="password" dir="ltr" autoComplete="off" value={server.key ?? ''} onChange={(event) => change({ key: event.target.value === '' ? null : event.target.value })} />
      )}</Field>
      <ServerMorePart server={server} onChange={change} />
      {asked.state === 'warned' ? (
        <div className="form" role="alert">
          <p className="note bad"><Icon name="warning" /><span>{s.warning(visibleText(asked.host))} {s.warningMore}</span></p>
          <Check label={s.allow(visibleText(asked.host))} checked={server.allowRemote} onChange={(allowRemote) => change({ allowRemote })} />
        </div>
      ) : null}
      {asked.state === 'failed' ? <p className="note bad" role="alert"><Icon name="warning" /><span>{s.failed} <span lang="en" dir="auto">{visibleText(asked.why)}</span></span></p> : null}
      {asked.state === 'answered' ? <ServerCheckPart check={asked.check} /> : null}
      <div className="actions">
        <button type="button" disabled={server.baseUrl === null || asked.state === 'asking'} onClick={() => void check()}>{s.check}</button>
        <button type="button" className="primary" disabled={asked.state !== 'answered'} onClick={use}>{s.use}</button>
        {asked.state === 'asking' ? <Spinner active label={s.checking} /> : null}
      </div>
    </section>
  );
}
