/** Everything a person can set. Each change is sent at once; the subscription brings it back, to this page and to every other. */

import type { ReactNode } from 'react';
import { useAction, usePage, useStore, useWords } from '../page-context.ts';
import { Spinner } from '../ui/spinner.tsx';
import { AboutSection } from './about-section.tsx';
import { AppearanceSection } from './appearance-section.tsx';
import { BudgetSection } from './budget-section.tsx';
import { DesktopSection } from './desktop-section.tsx';
import { DeviceSection } from './device-section.tsx';
import { InstructionSection } from './instruction-section.tsx';
import { PrivacySection } from './privacy-section.tsx';
import type { SectionProps } from './section.ts';
import { ServerSection } from './server-section.tsx';

export function SettingsView(): ReactNode {
  const { t } = useWords();
  const { engine, settings: store, host } = usePage();
  const settings = useStore(store);
  const act = useAction();
  if (settings === null) return <Spinner active label={t.common.loading} />;
  const s = t.settings;
  const section: SectionProps = { settings, set: (change) => void act(() => engine.call('settings.set', change), s.saved) };
  return (
    <div className="page-column">
      <header className="view-head"><div><h1>{s.title}</h1>{settings.model === 'server' && settings.server.allowRemote ? null : <p className="lead">{s.local}</p>}</div></header>
      <AppearanceSection {...section} />
      {host.desktop === null ? null : <DesktopSection {...section} desktop={host.desktop} />}
      <BudgetSection {...section} />
      <DeviceSection {...section} />
      <InstructionSection />
      <ServerSection />
      <PrivacySection {...section} />
      <AboutSection model={settings.model} />
    </div>
  );
}
