/** Which model answers, which is being prepared, and choosing another: the part of the models view that is about the files' vectors. */

import { useState, type ReactNode } from 'react';
import type { GenerationStatus, ModelsStatus } from '../../src/contract/models.ts';
import { useAction, usePage, useWords } from '../page-context.ts';
import { Dialog } from '../ui/dialog.tsx';
import { ChooseModel } from './choose-model.tsx';
import { ComparisonDialog } from './comparison-dialog.tsx';
import { GenerationCard } from './generation-card.tsx';
import { inOrder, titleOf } from './generation-order.ts';

export function GenerationsSection(props: { readonly status: ModelsStatus }): ReactNode {
  const { status } = props;
  const { t } = useWords();
  const { engine } = usePage();
  const act = useAction();
  const [comparing, setComparing] = useState<GenerationStatus | null>(null);
  const [dropping, setDropping] = useState<GenerationStatus | null>(null);
  const g = t.generations;
  const drop = (generation: GenerationStatus): void => {
    setDropping(null);
    void act(() => engine.call('generations.drop', { generationId: generation.id }), g.dropped(titleOf(generation, status, g.server)));
  };
  return (
    <section className="generations" aria-labelledby="generations">
      <h2 id="generations">{g.title}</h2>
      <p className="hint">{g.intro}</p>
      <ul className="cards">
        {inOrder(status.generations).map((generation) => (
          <GenerationCard
            key={generation.id} generation={generation} title={titleOf(generation, status, g.server)}
            onCompare={() => setComparing(generation)} onDrop={() => setDropping(generation)}
          />
        ))}
      </ul>
      <ChooseModel status={status} />
      {comparing === null ? null : <ComparisonDialog generation={comparing} title={titleOf(comparing, status, g.server)} onClose={() => setComparing(null)} />}
      {dropping === null ? null : (
        <Dialog title={g.dropTitle(titleOf(dropping, status, g.server))} onClose={() => setDropping(null)}>
          <p>{g.dropBody(dropping.bytes)}</p>
          <footer className="dialog-foot">
            <button type="button" onClick={() => setDropping(null)}>{t.common.cancel}</button>
            <button type="button" className="danger solid" onClick={() => drop(dropping)}>{g.drop}</button>
          </footer>
        </Dialog>
      )}
    </section>
  );
}
