/** Where in the document: page, slide, sheet or line, and the heading it stands under. */

import type { ReactNode } from 'react';
import type { Place } from '../../src/contract/model.ts';
import type { Messages } from '../messages/en.ts';
import { useWords } from '../page-context.ts';

export function PlaceText(props: { readonly place: Place }): ReactNode {
  const { t } = useWords();
  const position = positionOf(t, props.place);
  const { heading } = props.place;
  if (position === null && heading === undefined) return <span className="place" />;
  return (
    <span className="place">
      {position === null ? null : <span className="place-position">{position}</span>}
      {heading === undefined ? null : <bdi className="place-heading">{heading}</bdi>}
    </span>
  );
}

function positionOf(t: Messages, place: Place): string | null {
  if (place.page !== undefined) return t.place.page(place.page);
  if (place.slide !== undefined) return t.place.slide(place.slide);
  if (place.sheet !== undefined) return t.place.sheet(place.sheet);
  return place.line === undefined ? null : t.place.line(place.line);
}
