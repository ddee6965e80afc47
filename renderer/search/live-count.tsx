/** Number of hits and stage, for those who hear the page. Said once things hold still, not with every key. */

import { useEffect, useState, type ReactNode } from 'react';
import { usePage, useStore, useWords } from '../page-context.ts';
import { isQuestion } from '../state/search-state.ts';

/** Typing pauses of a practised typist are shorter. */
const HOLD_STILL_MS = 500;

export function LiveCount(): ReactNode {
  const { t } = useWords();
  const state = useStore(usePage().search);
  const [said, setSaid] = useState('');
  const count = state.hits.length;
  const text = !isQuestion(state) || state.stage === 'asking' ? ''
    : state.stage === 'words' ? t.search.live.words(count)
    : state.stage === 'done' ? t.search.live.done(count) : '';
  useEffect(() => {
    const timer = setTimeout(() => setSaid(text), HOLD_STILL_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return <p className="sr-only" role="status" aria-live="polite" data-testid="live-count">{said}</p>;
}
