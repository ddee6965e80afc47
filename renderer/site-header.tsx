/** Name and sections. */

import type { ReactNode } from 'react';
import { usePage, useStore, useWords } from './page-context.ts';
import { addressOf, VIEWS, type View } from './routes.ts';
import { Icon, type IconName } from './ui/icon.tsx';

const ICONS: Readonly<Record<View, IconName>> = { search: 'search', folders: 'folder', files: 'files', models: 'sparkle', settings: 'settings' };

export function SiteHeader(props: { readonly view: View }): ReactNode {
  const { t, f } = useWords();
  const { status } = useStore(usePage().index);
  const failed = status?.counts.failed ?? 0;
  return (
    <header className="site-header">
      <a className="brand" href={addressOf('search')}>
        <svg className="brand-mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
          <path className="brand-stone" d="M9.2 7.6c2.6-2.4 7-3.2 10.6-2 3.9 1.3 7 4.7 7.7 8.7.8 4.3-.9 8.3-4.6 10.4-3.5 2-9.3 2.3-13.1.9C5.7 24.1 3.7 20.6 4 16.7c.3-3.7 2.3-6.5 5.2-9.1z" />
          <circle className="brand-lens" cx="15.3" cy="15" r="4.6" /><path className="brand-lens" d="M18.7 18.4l4 4" />
        </svg>
        <span className="brand-name">{t.name}</span>
      </a>
      <nav aria-label={t.nav.label}>
        {VIEWS.map((view) => (
          <a key={view} href={addressOf(view)} className="nav-link" aria-current={view === props.view ? 'page' : undefined}>
            <Icon name={ICONS[view]} />
            <span className="nav-text">{t.nav[view]}</span>
            {view === 'files' && failed > 0 ? <span className="nav-count" title={t.folders.failed(failed)}>{f.number(failed)}</span> : null}
          </a>
        ))}
      </nav>
    </header>
  );
}
