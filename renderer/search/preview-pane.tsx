/** What is known of the selected hit: where it is, what can be done with it, its text around the passages that fit. */

import { useState, type ReactNode } from 'react';
import type { Hit } from '../../src/contract/model.ts';
import { usePage, useWords } from '../page-context.ts';
import { Confidence } from '../ui/confidence.tsx';
import { Icon } from '../ui/icon.tsx';
import { KindIcon } from '../ui/kind-icon.tsx';
import { PathText } from '../ui/path-text.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { TierBadges } from '../ui/tier-badges.tsx';
import { visibleText } from '../ui/visible-text.ts';
import { ExplainPanel } from './explain-panel.tsx';
import { PreviewText } from './preview-text.tsx';
import { useHitActions } from './use-hit-actions.ts';
import { usePreview } from './use-preview.ts';
import { focusSearchBox } from './use-search-box-keys.ts';

export function PreviewPane(props: { readonly hit: Hit | null }): ReactNode {
  const { t } = useWords();
  return (
    <section className="preview" aria-label={t.preview.label}>
      {props.hit === null ? <p className="preview-none">{t.preview.none}</p> : <HitPreview key={props.hit.fileId} hit={props.hit} />}
    </section>
  );
}

function HitPreview(props: { readonly hit: Hit }): ReactNode {
  const { hit } = props;
  const { t, f } = useWords();
  const { search } = usePage();
  const { open, reveal, copyPath } = useHitActions();
  const [explained, setExplained] = useState(false);
  const reading = usePreview(hit.fileId, hit.passages[0]?.ordinal);
  const title = reading.preview?.title ?? null;
  const back = (): void => {
    search.dispatch({ type: 'selected', fileId: null });
    focusSearchBox();
  };
  const facts = [
    t.kinds[hit.kind], f.bytes(hit.sizeBytes), t.preview.modified(f.moment(hit.modifiedMs)), hit.language === null ? null : f.language(hit.language),
  ].filter((fact) => fact !== null);
  return (
    <>
      <header className="preview-head">
        <button type="button" className="quiet preview-back" onClick={back}><Icon name="back" />{t.preview.back}</button>
        <div className="preview-title">
          <KindIcon kind={hit.kind} />
          <div>
            <h2><bdi>{visibleText(hit.name)}</bdi></h2>
            {title === null || title === hit.name ? null : <p className="preview-subtitle" dir="auto">{title}</p>}
          </div>
        </div>
        <div className="preview-path"><PathText path={hit.path} /></div>
        <p className="preview-facts">{facts.map((fact) => <span key={fact}>{fact}</span>)}</p>
        <div className="preview-marks"><TierBadges tiers={hit.tiers} /><Confidence hit={hit} /></div>
        <div className="actions">
          <button type="button" className="primary" onClick={() => open(hit)}><Icon name="open" />{t.preview.open}</button>
          <button type="button" onClick={() => reveal(hit)}><Icon name="folder" />{t.preview.reveal}</button>
          <button type="button" onClick={() => copyPath(hit.path)}><Icon name="copy" />{t.preview.copyPath}</button>
          <button type="button" className="quiet" aria-expanded={explained} onClick={() => setExplained(!explained)}><Icon name="info" />{t.preview.why}</button>
        </div>
        {explained ? <ExplainPanel trace={hit.explain} /> : null}
      </header>
      <Spinner active={reading.loading && reading.preview === null} label={t.preview.loading} />
      {reading.error === null ? null : <p className="note bad" role="alert">{t.errors[reading.error]}</p>}
      {reading.preview === null ? null : <PreviewText preview={reading.preview} hits={hit.passages} onRead={reading.read} />}
    </>
  );
}
