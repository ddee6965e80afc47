/** One folder: where, how far, in what state, and the buttons. */

import type { ReactNode } from 'react';
import type { Root } from '../../src/contract/model.ts';
import { useAction, usePage, useWords } from '../page-context.ts';
import { allFiles, embeddedShare, rootProgress } from '../state/index-state.ts';
import { Icon } from '../ui/icon.tsx';
import { nameOf } from '../ui/path-parts.ts';
import { PathText } from '../ui/path-text.tsx';
import { visibleText } from '../ui/visible-text.ts';

export function RootCard(props: { readonly root: Root; readonly onOptions: () => void; readonly onRemove: () => void }): ReactNode {
  const { root } = props;
  const { t } = useWords();
  const { engine } = usePage();
  const act = useAction();
  const paused = root.options.paused;
  const progress = rootProgress(root);
  const name = visibleText(nameOf(root.path));
  return (
    <li className="card root-card">
      <div className="root-head">
        <Icon name="folder" className="root-icon" />
        <div className="root-names">
          <h2><bdi>{name}</bdi></h2>
          <PathText path={root.path} />
        </div>
        <span className={`state state-${root.state}`}><span className="phase-dot" aria-hidden="true" />{t.folders.states[root.state]}</span>
      </div>
      {progress !== null && progress < 1 ? <progress max={1} value={progress} aria-label={t.folders.progress(name)} /> : null}
      <p className="root-counts">{countsInWords(t, root).map((part) => <span key={part}>{part}</span>)}</p>
      {root.note === null ? null : <p className="note" lang="en" dir="auto"><Icon name="warning" />{root.note}</p>}
      <div className="actions">
        <button type="button" onClick={() => void act(() => engine.call('roots.update', { rootId: root.id, options: { paused: !paused } }))}>
          <Icon name={paused ? 'play' : 'pause'} />{paused ? t.folders.resume : t.folders.pause}
        </button>
        <button type="button" disabled={paused} onClick={() => void act(() => engine.call('index.rescan', { rootId: root.id }), t.folders.rescanned)}>
          <Icon name="refresh" />{t.folders.rescan}
        </button>
        <button type="button" onClick={props.onOptions}><Icon name="settings" />{t.folders.options}</button>
        <button type="button" className="danger" onClick={props.onRemove}><Icon name="close" />{t.folders.remove}</button>
      </div>
    </li>
  );
}

function countsInWords(t: ReturnType<typeof useWords>['t'], root: Root): readonly string[] {
  const all = allFiles(root.counts);
  const share = embeddedShare(root);
  if (all === 0) return [t.folders.empty];
  return [
    t.folders.counts(root.counts.indexed, all),
    share === null ? null : t.folders.embedded(share),
    root.counts.pending > 0 ? t.folders.waiting(root.counts.pending) : null,
    root.counts.skipped > 0 ? t.folders.skipped(root.counts.skipped) : null,
    root.counts.failed > 0 ? t.folders.failed(root.counts.failed) : null,
  ].filter((part) => part !== null);
}
