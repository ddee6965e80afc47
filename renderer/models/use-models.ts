/** The engine's models, for as long as a view shows them. */

import { useEffect, useRef, useState } from 'react';
import type { ModelsStatus } from '../../src/contract/models.ts';
import { usePage, useWords } from '../page-context.ts';
import { modelNews } from './model-news.ts';

/** null until the engine has spoken. Ends of downloads are said in the notice line. */
export function useModels(): ModelsStatus | null {
  const { engine, notices } = usePage();
  const { t } = useWords();
  const [status, setStatus] = useState<ModelsStatus | null>(null);
  const before = useRef<ModelsStatus | null>(null);

  useEffect(() => engine.subscribe('models', undefined, { next: setStatus }), [engine]);
  useEffect(() => {
    if (status === null) return;
    for (const { kind, title } of modelNews(before.current, status)) {
      const text = kind === 'installed' ? t.models.installed(title) : kind === 'failed' ? t.models.downloadFailed(title) : t.models.installedBad(title);
      notices.dispatch({ type: 'said', text, tone: kind === 'installed' ? 'good' : 'bad' });
    }
    before.current = status;
  }, [status, notices, t]);
  return status;
}
