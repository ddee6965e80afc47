/** One quiet line at the foot: what the engine does, how far it is, on what; with pause and, when there are any, its troubles. */

import type { ReactNode } from 'react';
import type { IndexStatus } from '../../src/contract/model.ts';
import type { Words } from '../messages/catalogue.ts';
import { useAction, usePage, useStore, useWords } from '../page-context.ts';
import { allFiles, embeddedShare, isPaused, waiting } from '../state/index-state.ts';
import { Icon } from '../ui/icon.tsx';
import { PathText } from '../ui/path-text.tsx';

export function StatusBar(): ReactNode {
  const { t, f } = useWords();
  const { index } = usePage();
  const { status } = useStore(index);
  if (status === null) return <footer className="status-bar" aria-label={t.status.label} />;
  const share = embeddedShare(status);
  return (
    <footer className="status-bar" aria-label={t.status.label}>
      <span className={`phase phase-${status.phase}`}><span className="phase-dot" aria-hidden="true" />{phaseText({ t, f }, status)}</span>
      {share !== null && share < 1 ? (
        <progress className="status-progress" max={1} value={share} aria-label={t.status.embedded(share)} />
      ) : null}
      <span className="status-facts">{facts({ t, f }, status).map((fact) => <span key={fact} className="fact">{fact}</span>)}</span>
      {status.current === null ? null : <span className="status-current"><span className="sr-only">{t.status.reading} </span><PathText path={status.current} /></span>}
      <Troubles troubles={status.troubles} />
      {status.phase === 'battery' ? <OnBatteryTooButton /> : <PauseButton status={status} />}
    </footer>
  );
}

function phaseText({ t, f }: Words, status: IndexStatus): string {
  const until = isPaused(status) && status.pausedUntilMs !== null ? ` ${t.status.pausedUntil(f.moment(status.pausedUntilMs))}` : '';
  return t.status.phases[status.phase] + until;
}

/** What is worth a glance now: work while there is work, else the size of things. */
function facts({ t, f }: Words, status: IndexStatus): readonly string[] {
  const { words, meaning } = waiting(status);
  const share = embeddedShare(status);
  return [
    words > 0 ? t.status.waiting(words) : meaning > 0 ? t.status.meaningWaiting(meaning) : t.status.files(allFiles(status.counts)),
    status.remainingMs !== null && words + meaning > 0 ? t.status.remaining(status.remainingMs) : null,
    share === null || (words + meaning === 0 && share === 1) ? null : t.status.embedded(share),
    // The rate is of the last half minute: once nothing waits it is history.
    status.filesPerSecond >= 0.1 && words + meaning > 0 ? t.status.speed(status.filesPerSecond) : null,
    t.status.modelStates[status.model.state] === '' ? t.status.model(status.model.id, status.model.device) : t.status.modelStates[status.model.state],
    t.status.disk(f.bytes(status.disk.catalogBytes + status.disk.vectorBytes)),
  ].filter((fact) => fact !== null);
}

function Troubles(props: { readonly troubles: readonly string[] }): ReactNode {
  const { t } = useWords();
  if (props.troubles.length === 0) return null;
  return (
    <details className="troubles">
      <summary><Icon name="warning" />{t.status.troubles(props.troubles.length)}</summary>
      <ul lang="en" dir="auto">{props.troubles.map((trouble) => <li key={trouble}>{trouble}</li>)}</ul>
    </details>
  );
}

function PauseButton(props: { readonly status: IndexStatus }): ReactNode {
  const { t } = useWords();
  const { engine } = usePage();
  const act = useAction();
  const paused = isPaused(props.status);
  return (
    <button
      type="button" className="quiet status-pause"
      onClick={() => void act(() => paused ? engine.call('index.resume', undefined) : engine.call('index.pause', {}))}
    >
      <Icon name={paused ? 'play' : 'pause'} />{paused ? t.status.resume : t.status.pause}
    </button>
  );
}

/** On battery there is nothing to resume: what helps is mains power, or another setting. */
function OnBatteryTooButton(): ReactNode {
  const { t } = useWords();
  const { engine } = usePage();
  const act = useAction();
  return (
    <button type="button" className="quiet status-pause" title={t.status.onBatteryTooHint} onClick={() => void act(() => engine.call('settings.set', { onBattery: 'slow' }))}>
      <Icon name="play" />{t.status.onBatteryToo}
    </button>
  );
}
