/** Which precision to download, what it asks for, and the button that begins it. */

import { useId, useState, type ReactNode } from 'react';
import type { ModelListing } from '../../src/contract/models.ts';
import { useAction, usePage, useWords } from '../page-context.ts';
import { Icon } from '../ui/icon.tsx';
import { firstVariant } from './model-news.ts';

export function VariantPart(props: { readonly model: ModelListing }): ReactNode {
  const { model } = props;
  const { t } = useWords();
  const { engine } = usePage();
  const act = useAction();
  const [chosen, setChosen] = useState<string | null>(null);
  const select = useId();
  const hint = useId();
  const m = t.models;
  const variant = model.variants.find(({ id }) => id === (chosen ?? firstVariant(model)));
  if (variant === undefined) return null;
  const known = m.variantAbout[variant.id];
  const begin = (): void => void act(() => engine.call('models.download', { id: model.id, variant: variant.id }), m.begun(model.title));
  return (
    <div className="model-variant">
      <div className="model-choose">
        <label className="sr-only" htmlFor={select}>{m.variantOf(model.title)}</label>
        <select id={select} value={variant.id} aria-describedby={hint} onChange={(event) => setChosen(event.target.value)}>
          {model.variants.map(({ id, bytes }) => <option key={id} value={id}>{m.option(id, bytes)}</option>)}
        </select>
        <button type="button" className="primary" aria-label={m.downloadOf(model.title, variant.bytes)} onClick={begin}><Icon name="plus" />{m.download}</button>
      </div>
      <p id={hint} className="hint">
        {known === undefined ? <span lang="en">{variant.about}</span> : known}
        {variant.id === model.variants[0]?.id ? <> {m.recommended}</> : null}
        {variant.needsGpu && known !== undefined ? <> {m.forGpu}</> : null}
      </p>
    </div>
  );
}
