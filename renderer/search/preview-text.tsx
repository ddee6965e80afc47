/** The passages themselves. Those that fit are marked at the side; buttons lead from one to the next and further out. */

import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { PassageHit, Preview } from '../../src/contract/model.ts';
import { useWords } from '../page-context.ts';
import { Highlight } from '../ui/highlight.tsx';
import { PlaceText } from '../ui/place-text.tsx';
import { markedTerms, markPassage } from './mark-passage.ts';
import { neighbours } from './preview-pages.ts';

export interface PreviewTextProps {
  readonly preview: Preview;
  readonly hits: readonly PassageHit[];
  readonly onRead: (ordinal: number) => void;
}

const passageElementId = (ordinal: number): string => `passage-${ordinal}`;

export function PreviewText(props: PreviewTextProps): ReactNode {
  const { t } = useWords();
  const { preview, hits, onRead } = props;
  const [wanted, setWanted] = useState(hits[0]?.ordinal ?? null);
  const shownOnce = useRef<number | null>(null);
  const { earlier, later } = neighbours(preview);
  const terms = markedTerms(hits);
  const fitting = new Set(hits.map((hit) => hit.ordinal));
  const isHere = wanted !== null && preview.passages.some((passage) => passage.ordinal === wanted);

  // The wanted passage comes into sight once, when it is there; after that the reader scrolls.
  useEffect(() => {
    if (wanted === null || !isHere || shownOnce.current === wanted) return;
    shownOnce.current = wanted;
    // The first one is in sight already; scrolling to it would only hide what stands above.
    if (preview.passages[0]?.ordinal === wanted) return;
    document.getElementById(passageElementId(wanted))?.scrollIntoView({ block: 'nearest' });
  }, [wanted, isHere, preview]);

  if (preview.passages.length === 0) return <p className="preview-none">{t.preview.noText}</p>;
  const goTo = (ordinal: number): void => {
    shownOnce.current = null;
    setWanted(ordinal);
    if (preview.passages.some((passage) => passage.ordinal === ordinal)) document.getElementById(passageElementId(ordinal))?.scrollIntoView({ block: 'nearest' });
    else onRead(ordinal);
  };
  return (
    <div className="preview-text">
      {hits.length < 2 ? null : (
        <nav className="passage-links" aria-label={t.preview.matches}>
          {hits.map((hit, index) => (
            <button key={hit.passageId} type="button" className="chip" aria-current={hit.ordinal === wanted ? 'true' : undefined} onClick={() => goTo(hit.ordinal)}>
              {index + 1}<span className="passage-link-place"><PlaceText place={hit.place} /></span>
            </button>
          ))}
        </nav>
      )}
      {earlier === null ? null : <button type="button" className="wide-button" onClick={() => onRead(earlier)}>{t.preview.earlier}</button>}
      {preview.passages.map((passage) => (
        <article key={passage.ordinal} id={passageElementId(passage.ordinal)} className={fitting.has(passage.ordinal) ? 'passage fitting' : 'passage'}>
          <PlaceText place={passage.place} />
          <p dir="auto"><Highlight text={passage.text} spans={markPassage(passage, hits, terms)} /></p>
        </article>
      ))}
      {later === null ? null : <button type="button" className="wide-button" onClick={() => onRead(later)}>{t.preview.later}</button>}
    </div>
  );
}
