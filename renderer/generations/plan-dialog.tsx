/** What a change of model takes: text, time, disk. The last word before it begins. */

import type { ReactNode } from 'react';
import type { ModelPlan } from '../../src/contract/models.ts';
import { useWords } from '../page-context.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Icon } from '../ui/icon.tsx';

export function PlanDialog(props: { readonly plan: ModelPlan; readonly title: string; readonly onBegin: () => void; readonly onClose: () => void }): ReactNode {
  const { plan } = props;
  const { t, f } = useWords();
  const g = t.generations;
  const works = plan.work === 'build' || plan.work === 'derive';
  return (
    <Dialog title={g.planTitle(props.title)} onClose={props.onClose}>
      <p>{g.works[plan.work]}</p>
      {works ? (
        <dl className="plan-facts">
          <dt>{g.characters}</dt><dd>{g.charactersValue(plan.characters)}</dd>
          <dt>{g.time}</dt><dd>{plan.estimatedMs === null ? g.timeUnknown : g.timeValue(plan.estimatedMs)}</dd>
          <dt>{g.need}</dt><dd>{f.bytes(plan.needBytes)}</dd>
          <dt>{g.free}</dt><dd>{f.bytes(plan.freeBytes)}</dd>
        </dl>
      ) : null}
      {works && plan.needBytes > plan.freeBytes ? <p className="note bad"><Icon name="warning" />{g.tight}</p> : null}
      <footer className="dialog-foot">
        <button type="button" onClick={props.onClose}>{t.common.cancel}</button>
        {plan.work === 'none' ? null : <button type="button" className="primary" onClick={props.onBegin}>{works ? g.begin : g.change}</button>}
      </footer>
    </Dialog>
  );
}
