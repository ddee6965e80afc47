/** Language and colours of the page. */

import type { ReactNode } from 'react';
import type { Settings } from '../../src/contract/settings.ts';
import { useWords } from '../page-context.ts';
import { ChoiceField } from '../ui/choice-field.tsx';
import type { SectionProps } from './section.ts';

const LANGUAGES: readonly Settings['language'][] = ['system', 'en', 'zh-CN'];
const THEMES: readonly Settings['theme'][] = ['system', 'light', 'dark'];

export function AppearanceSection({ settings, set }: SectionProps): ReactNode {
  const s = useWords().t.settings;
  return (
    <section className="card form" aria-labelledby="set-appearance">
      <h2 id="set-appearance">{s.appearance}</h2>
      <ChoiceField label={s.language} value={settings.language} choices={LANGUAGES} words={s.languages} onChoose={(language) => set({ language })} />
      <ChoiceField label={s.theme} value={settings.theme} choices={THEMES} words={s.themes} onChoose={(theme) => set({ theme })} />
    </section>
  );
}
