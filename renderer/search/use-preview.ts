/** Reads a hit's text around a passage, page by page. What was asked for a hit that is no longer shown is cancelled. */

import { useCallback, useEffect, useRef, useState } from 'react';
import type { ErrorCode } from '../../src/contract/errors.ts';
import type { Preview } from '../../src/contract/model.ts';
import { codeOf, usePage } from '../page-context.ts';
import { joinPassages } from './preview-pages.ts';

export interface PreviewReading {
  readonly preview: Preview | null;
  readonly error: ErrorCode | null;
  readonly loading: boolean;
  /** Reads on: the page around this ordinal joins what is shown. */
  readonly read: (ordinal: number) => void;
}

export function usePreview(fileId: number, firstOrdinal: number | undefined): PreviewReading {
  const { engine } = usePage();
  const [preview, setPreview] = useState<Preview | null>(null);
  const [error, setError] = useState<ErrorCode | null>(null);
  const [loading, setLoading] = useState(true);
  const running = useRef<AbortController>(undefined);

  const read = useCallback((ordinal: number | undefined): void => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    setLoading(true);
    engine.call('files.preview', ordinal === undefined ? { fileId } : { fileId, ordinal }, controller.signal).then(
      (page) => {
        if (controller.signal.aborted) return;
        setLoading(false);
        setError(null);
        setPreview((before) => before === null ? page : { ...page, passages: joinPassages(before.passages, page.passages) });
      },
      (problem: unknown) => {
        if (controller.signal.aborted) return;
        setLoading(false);
        setError(codeOf(problem));
      },
    );
  }, [engine, fileId]);

  // Only the first ordinal counts: a later tier may know a better passage, but the text being read does not jump.
  const first = useRef(firstOrdinal);
  useEffect(() => {
    read(first.current);
    return () => running.current?.abort();
  }, [read]);
  return { preview, error, loading, read };
}
