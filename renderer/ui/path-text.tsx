/** A path on one line: the beginning gives way, the last folder stays. Always left to right and isolated from the text around it. */

import type { ReactNode } from 'react';
import { pathParts } from './path-parts.ts';
import { visibleText } from './visible-text.ts';

export function PathText(props: { readonly path: string }): ReactNode {
  const { head, tail } = pathParts(visibleText(props.path));
  return (
    <bdi className="path" dir="ltr" title={visibleText(props.path)}>
      {head === '' ? null : <span className="path-head">{head}</span>}
      <span className="path-tail">{tail}</span>
    </bdi>
  );
}
