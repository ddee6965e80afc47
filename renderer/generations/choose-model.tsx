/** Choosing a model: nothing begins before a person has seen what it takes. */

import { useState, type ReactNode } from 'react';
import type { ModelPlan, ModelsStatus } from '../../src/contract/models.ts';
import { useAction, usePage, useStore, useWords } from '../page-context.ts';
import { Field } from '../ui/field.tsx';
import { visibleText } from '../ui/visible-text.ts';
import { choosable, sizesOf } from './generation-order.ts';
import { PlanDialog } from './plan-dialog.tsx';

const SERVER = 'server';

export function ChooseModel(props: { readonly status: ModelsStatus }): ReactNode {
  const { t } = useWords();
  const { engine, settings: store, notices } = usePage();
  const settings = useStore(store);
  const act = useAction();
  const [chosen, setChosen] = useState<string | null>(null);
  const [size, setSize] = useState<number | null>(null);
  const [planning, setPlanning] = useState(false);
  const [plan, setPlan] = useState<ModelPlan | null>(null);
  const g = t.generations;
  const models = choosable(props.status.models);
  const hasServer = settings !== null && settings.server.baseUrl !== null;
  const model = chosen ?? settings?.model ?? models[0]?.id ?? '';
  const listing = models.find(({ id }) => id === model);
  const whole = listing?.dimension ?? 0;
  const title = model === SERVER ? g.server : visibleText(listing?.title ?? model);
  const input = { model, dimension: size };

  const ask = (): void => {
    setPlanning(true);
    void act(async () => setPlan(await engine.call('models.plan', input))).finally(() => setPlanning(false));
  };
  const begin = ({ work }: ModelPlan): void => {
    setPlan(null);
    void act(async () => {
      await engine.call('models.choose', input);
      notices.dispatch({ type: 'said', text: work === 'build' || work === 'derive' ? g.begun(title) : g.switched(title), tone: 'good' });
    });
  };
  return (
    <form className="card form generation-choose" aria-labelledby="choose-model" onSubmit={(event) => { event.preventDefault(); ask(); }}>
      <h3 id="choose-model">{g.choose}</h3>
      <Field label={t.models.title} hint={g.chooseHint}>{(id, hint) => (
        <select id={id} aria-describedby={hint} value={model} onChange={(event) => { setChosen(event.target.value); setSize(null); }}>
          {models.map((each) => <option key={each.id} value={each.id}>{visibleText(each.title)}</option>)}
          {hasServer || model === SERVER ? <option value={SERVER}>{g.server}</option> : null}
          {listing === undefined && model !== SERVER ? <option value={model}>{model}</option> : null}
        </select>
      )}</Field>
      {whole === 0 ? null : (
        <Field label={g.size} hint={g.sizeHint}>{(id, hint) => (
          <select id={id} aria-describedby={hint} value={size ?? whole} onChange={(event) => { const next = Number(event.target.value); setSize(next === whole ? null : next); }}>
            {sizesOf(whole).map((each) => <option key={each} value={each}>{each === whole ? g.whole(each) : t.generations.dimensions(each)}</option>)}
          </select>
        )}</Field>
      )}
      <div className="actions">
        <button type="submit" className="primary" disabled={planning}>{planning ? g.planning : g.plan}</button>
      </div>
      {plan === null ? null : <PlanDialog plan={plan} title={title} onBegin={() => begin(plan)} onClose={() => setPlan(null)} />}
    </form>
  );
}
