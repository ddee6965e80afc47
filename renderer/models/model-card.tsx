/** One model: what it is good for, whether it is here, and what can be done with it. */

import { useState, type ReactNode } from 'react';
import type { ModelListing } from '../../src/contract/models.ts';
import { useAction, usePage, useWords } from '../page-context.ts';
import { Icon } from '../ui/icon.tsx';
import { visibleText } from '../ui/visible-text.ts';
import { CheckPart } from './check-part.tsx';
import { DownloadPart } from './download-part.tsx';
import { VariantPart } from './variant-part.tsx';

export interface ModelCardProps {
  readonly model: ModelListing;
  /** It answers searches. */
  readonly answers: boolean;
  readonly onRemove: () => void;
}

export function ModelCard(props: ModelCardProps): ReactNode {
  const { model } = props;
  const { t } = useWords();
  const m = t.models;
  const { installed, download } = model;
  const title = visibleText(model.title);
  const about = m.about[model.id];
  const facts = [
    model.origin === 'built-in' ? m.builtIn : model.origin === 'imported' ? m.imported : null,
    model.task === 'embedding' && model.dimension > 0 ? m.dimensions(model.dimension) : null,
    installed?.variant ?? null,
    installed === null ? null : m.size(installed.bytes),
  ].filter((fact) => fact !== null);
  return (
    <li className="card model-card">
      <div className="model-head">
        <h3><bdi>{title}</bdi></h3>
        {props.answers ? <span className="model-badge"><Icon name="check" />{m.inUse}</span> : null}
      </div>
      {about === undefined ? <p lang="en" dir="auto">{model.about}</p> : <p>{about}</p>}
      {facts.length === 0 ? null : <p className="model-facts">{facts.map((fact) => <span key={fact}>{fact}</span>)}</p>}
      {model.licence === '' ? null : <p className="hint">{m.licence(visibleText(model.licence))}</p>}
      {installed === null ? null : <CheckPart title={title} check={installed.check} />}
      {download === null ? null : <DownloadPart model={model} download={download} />}
      {installed === null && download === null && model.variants.length > 0 ? <VariantPart model={model} /> : null}
      <ModelActions model={model} title={title} onRemove={props.onRemove} />
      {installed?.removable === true && download === null && model.variants.length > 1 ? (
        <details><summary>{m.another}</summary><VariantPart model={model} /></details>
      ) : null}
    </li>
  );
}

function ModelActions(props: { readonly model: ModelListing; readonly title: string; readonly onRemove: () => void }): ReactNode {
  const { model, title } = props;
  const { t } = useWords();
  const { engine } = usePage();
  const act = useAction();
  const [testing, setTesting] = useState(false);
  const m = t.models;
  if (model.installed === null && model.page === null) return null;
  const verify = (): void => {
    setTesting(true);
    void act(() => engine.call('models.verify', { id: model.id })).finally(() => setTesting(false));
  };
  return (
    <div className="actions">
      {model.installed === null ? null : (
        <button type="button" disabled={testing} aria-label={m.verifyOf(title)} onClick={verify}><Icon name="refresh" />{testing ? m.verifying : m.verify}</button>
      )}
      {model.installed?.removable === true ? <button type="button" className="danger" aria-label={m.removeOf(title)} onClick={props.onRemove}><Icon name="close" />{m.remove}</button> : null}
      {model.page === null ? null : <a className="model-page" href={model.page} target="_blank" rel="noreferrer" aria-label={m.pageOf(title)}><Icon name="open" />{m.page}</a>}
    </div>
  );
}
