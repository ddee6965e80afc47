/** On what the model runs, and when another model is prepared. Which model it is stands under Models. */

import type { ReactNode } from 'react';
import type { Settings } from '../../src/contract/settings.ts';
import { useWords } from '../page-context.ts';
import { addressOf } from '../routes.ts';
import { ChoiceField } from '../ui/choice-field.tsx';
import { Field } from '../ui/field.tsx';
import { NumberInput } from './number-input.tsx';
import type { SectionProps } from './section.ts';

const DEVICES: readonly Settings['device'][] = ['auto', 'cpu', 'webgpu', 'cuda'];
const BUILDS: readonly Settings['buildModels'][] = ['idle', 'always'];
const RERANKERS = ['auto', 'off', 'server'] as const;
const MIB = 1024 ** 2;

export function DeviceSection({ settings, set }: SectionProps): ReactNode {
  const s = useWords().t.settings;
  const reranker = RERANKERS.find((known) => known === settings.reranker) ?? 'own';
  return (
    <section className="card form" aria-labelledby="set-device">
      <h2 id="set-device">{s.deviceTitle}</h2>
      <p className="hint"><a href={addressOf('models')}>{s.modelsLink(settings.model)}</a></p>
      <ChoiceField label={s.device} hint={s.deviceHint} value={settings.device} choices={DEVICES} words={s.devices} onChoose={(device) => set({ device })} />
      <Field label={s.gpuMemory} hint={s.gpuMemoryHint}>{(id, hint) => (
        <NumberInput id={id} hintId={hint} value={Math.round(settings.gpuMemoryBytes / MIB)} least={0} whole onCommit={(mebibytes) => set({ gpuMemoryBytes: mebibytes * MIB })} />
      )}</Field>
      <ChoiceField label={s.builds} value={settings.buildModels} choices={BUILDS} words={s.buildWords} onChoose={(buildModels) => set({ buildModels })} />
      <ChoiceField
        label={s.reranker} hint={s.rerankerHint} value={reranker} choices={reranker === 'own' ? [...RERANKERS, 'own'] : RERANKERS} words={{ ...s.rerankers, own: settings.reranker }}
        onChoose={(chosen) => { if (chosen !== 'own') set({ reranker: chosen }); }}
      />
    </section>
  );
}
