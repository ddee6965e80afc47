/** Text with marked ranges. The ranges come from the engine and never split a grapheme. */

import type { ReactNode } from 'react';
import type { Span } from '../../src/contract/model.ts';
import { splitHighlights } from './split-highlights.ts';

export function Highlight(props: { readonly text: string; readonly spans: readonly Span[] }): ReactNode {
  return splitHighlights(props.text, props.spans).map((run, index) =>
    run.marked ? <mark key={index}>{run.text}</mark> : <span key={index}>{run.text}</span>);
}
