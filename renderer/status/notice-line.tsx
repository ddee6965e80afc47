/** The short sentence after an action, read aloud and shown for a while. */

import { useEffect, type ReactNode } from 'react';
import { usePage, useStore, useWords } from '../page-context.ts';
import { Icon } from '../ui/icon.tsx';

/** Long enough to read a sentence twice. Bad news stays until it is dismissed. */
const SHOWN_MS = 6_000;

export function NoticeLine(): ReactNode {
  const { notices } = usePage();
  const { t } = useWords();
  const { text, tone, serial } = useStore(notices);
  useEffect(() => {
    if (text === null || tone === 'bad') return undefined;
    const timer = setTimeout(() => notices.dispatch({ type: 'dismissed', serial }), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [notices, text, tone, serial]);
  return (
    <div className="notice-place" role={tone === 'bad' ? 'alert' : 'status'}>
      {text === null ? null : (
        <p key={serial} className={`notice notice-${tone}`}>
          <Icon name={tone === 'bad' ? 'warning' : 'check'} />
          <span>{text}</span>
          <button type="button" className="quiet icon-only" aria-label={t.common.close} onClick={() => notices.dispatch({ type: 'dismissed', serial })}>
            <Icon name="close" />
          </button>
        </p>
      )}
    </div>
  );
}
