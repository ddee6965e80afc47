/** One generation: how much of the text its model knows, what it waits for, and what can be done with it. */

import type { ReactNode } from 'react';
import type { GenerationStatus } from '../../src/contract/models.ts';
import { useAction, usePage, useWords } from '../page-context.ts';
import { Icon } from '../ui/icon.tsx';

export interface GenerationCardProps {
  readonly generation: GenerationStatus;
  readonly title: string;
  readonly onCompare: () => void;
  readonly onDrop: () => void;
}

export function GenerationCard(props: GenerationCardProps): ReactNode {
  const { generation, title } = props;
  const { t, f } = useWords();
  const g = t.generations;
  const { state, share, waitsFor } = generation;
  const known = waitsFor === null ? undefined : g.waitsFor[waitsFor];
  return (
    <li className="card model-card" aria-label={title}>
      <div className="model-head">
        <p className="generation-name"><bdi>{title}</bdi></p>
        <span className="model-badge">{state === 'answering' ? <Icon name="check" /> : null}{g.states[state]}</span>
      </div>
      <p>{state === 'kept' ? g.keptKnows(title, share) : g.knows(title, share, generation.remainingMs)}</p>
      {share >= 1 || state === 'kept' ? null : <progress max={1} value={share} aria-label={g.progressOf(title)} aria-valuetext={f.percent(share)} />}
      {waitsFor === null ? null : <p className="note"><Icon name="clock" />{known === undefined ? <span lang="en" dir="auto">{waitsFor}</span> : <span>{g.waits(known)}</span>}</p>}
      <p className="model-facts">
        <span>{g.dimensions(generation.dimension)}</span>
        <span>{g.files(generation.filesEmbedded, generation.files)}</span>
        <span>{g.disk(generation.bytes, generation.expectedBytes)}</span>
      </p>
      {state === 'answering' ? null : <Actions {...props} />}
    </li>
  );
}

function Actions(props: GenerationCardProps): ReactNode {
  const { generation, title } = props;
  const { t } = useWords();
  const { engine } = usePage();
  const act = useAction();
  const g = t.generations;
  const back = generation.state === 'kept';
  const takeOver = (): void => void act(() => engine.call('generations.switch', { generationId: generation.id }), g.switched(title));
  return (
    <div className="actions">
      {generation.state === 'building' ? null : (
        <button type="button" aria-label={back ? g.backOf(title) : g.switchOf(title)} onClick={takeOver}><Icon name={back ? 'back' : 'check'} />{back ? g.back : g.switch}</button>
      )}
      <button type="button" aria-label={g.compareOf(title)} onClick={props.onCompare}><Icon name="search" />{g.compare}</button>
      <button type="button" className="danger" aria-label={g.dropOf(title)} onClick={props.onDrop}><Icon name="close" />{g.drop}</button>
    </div>
  );
}
