/** How much of the computer indexing may take. 0 leaves a limit out. */

import type { ReactNode } from 'react';
import type { Settings } from '../../src/contract/settings.ts';
import { useWords } from '../page-context.ts';
import { ChoiceField } from '../ui/choice-field.tsx';
import { Field } from '../ui/field.tsx';
import { NumberInput } from './number-input.tsx';
import type { SectionProps } from './section.ts';

const BATTERIES: readonly Settings['onBattery'][] = ['run', 'slow', 'stop'];
const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

export function BudgetSection({ settings, set }: SectionProps): ReactNode {
  const s = useWords().t.settings;
  return (
    <section className="card form" aria-labelledby="set-indexing">
      <h2 id="set-indexing">{s.indexing}</h2>
      <Field label={s.threads} hint={s.threadsHint}>{(id, hint) => (
        <NumberInput id={id} hintId={hint} value={settings.cpuThreads} least={0} whole onCommit={(cpuThreads) => set({ cpuThreads })} />
      )}</Field>
      <Field label={s.memory} hint={s.memoryHint}>{(id, hint) => (
        <NumberInput id={id} hintId={hint} value={Math.round(settings.memoryBytes / MIB)} least={0} whole onCommit={(mebibytes) => set({ memoryBytes: mebibytes * MIB })} />
      )}</Field>
      <Field label={s.minFree} hint={s.minFreeHint}>{(id, hint) => (
        <NumberInput id={id} hintId={hint} value={settings.minFreeBytes / GIB} least={0} onCommit={(gibibytes) => set({ minFreeBytes: Math.round(gibibytes * GIB) })} />
      )}</Field>
      <Field label={s.maxIndex} hint={s.maxIndexHint}>{(id, hint) => (
        <NumberInput id={id} hintId={hint} value={settings.maxIndexBytes / GIB} least={0} onCommit={(gibibytes) => set({ maxIndexBytes: Math.round(gibibytes * GIB) })} />
      )}</Field>
      <ChoiceField label={s.battery} value={settings.onBattery} choices={BATTERIES} words={s.batteries} onChoose={(onBattery) => set({ onBattery })} />
    </section>
  );
}
