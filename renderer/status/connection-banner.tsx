/** Says calmly that the engine is away. Nothing on screen is lost meanwhile; everything comes back by itself. */

import { useSyncExternalStore, type ReactNode } from 'react';
import { usePage, useWords } from '../page-context.ts';
import { useDelayed } from '../ui/use-delayed.ts';

export function ConnectionBanner(): ReactNode {
  const { engine } = usePage();
  const { t } = useWords();
  const state = useSyncExternalStore(engine.onLinkState, () => engine.linkState);
  const starting = state.phase === 'connecting' && !state.everOpen && state.problem === null;
  const startingLong = useDelayed(starting);
  if (state.phase === 'open' || (starting && !startingLong)) return null;
  if (state.problem === 'unauthorized') return <Banner text={t.connection.unauthorized} />;
  if (state.problem === 'protocol-mismatch') {
    return <Banner text={t.connection.mismatch} action={t.connection.reload} onAction={() => window.location.reload()} />;
  }
  return (
    <Banner text={state.everOpen ? t.connection.lost : t.connection.connecting} action={t.connection.retryNow} onAction={() => engine.hurry()} />
  );
}

function Banner(props: { readonly text: string; readonly action?: string; readonly onAction?: () => void }): ReactNode {
  return (
    <div className="banner" role="status">
      <span className="pulse" aria-hidden="true" />
      <span>{props.text}</span>
      {props.action === undefined ? null : <button type="button" className="link" onClick={props.onAction}>{props.action}</button>}
    </div>
  );
}
