/** A download under way, or one that stands: how far, how fast, what is wrong, and the buttons. */

import type { ReactNode } from 'react';
import type { DownloadProgress, ModelListing } from '../../src/contract/models.ts';
import { useAction, usePage, useWords } from '../page-context.ts';
import { Icon } from '../ui/icon.tsx';
import { remainingMs } from './model-news.ts';

export function DownloadPart(props: { readonly model: ModelListing; readonly download: DownloadProgress }): ReactNode {
  const { model: { id, title }, download } = props;
  const { t, f } = useWords();
  const { engine } = usePage();
  const act = useAction();
  const m = t.models;
  const stands = download.state === 'stopped' || download.state === 'failed';
  const left = remainingMs(download);
  const facts = [
    m.states[download.state],
    m.amount(download.doneBytes, download.totalBytes),
    download.bytesPerSecond > 0 ? m.speed(download.bytesPerSecond) : null,
    left === null ? null : m.remaining(left),
  ].filter((fact) => fact !== null);
  return (
    <div className="model-download">
      <progress max={download.totalBytes} value={download.doneBytes} aria-label={m.progressOf(title)} aria-valuetext={f.percent(download.totalBytes === 0 ? 0 : download.doneBytes / download.totalBytes)} />
      <p className="model-facts">{facts.map((fact) => <span key={fact}>{fact}</span>)}</p>
      {download.trouble === null ? null : <p className={download.state === 'failed' ? 'note bad' : 'note'} lang="en" dir="auto"><Icon name="warning" />{download.trouble}</p>}
      <div className="actions">
        {stands ? (
          <>
            <button type="button" className="primary" aria-label={m.goOnOf(title)} onClick={() => void act(() => engine.call('models.download', { id, variant: download.variant }))}><Icon name="play" />{m.goOn}</button>
            <button type="button" className="danger" aria-label={m.discardOf(title)} onClick={() => void act(() => engine.call('models.cancel', { id, discard: true }))}><Icon name="close" />{m.discard}</button>
          </>
        ) : (
          <button type="button" aria-label={m.stopOf(title)} onClick={() => void act(() => engine.call('models.cancel', { id }))}><Icon name="pause" />{m.stop}</button>
        )}
      </div>
    </div>
  );
}
