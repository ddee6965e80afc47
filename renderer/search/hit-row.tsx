/** One hit: name, folder, the passage that fits best, where it stands, who found it and how sure. */

import { memo, type ReactNode } from 'react';
import type { Hit } from '../../src/contract/model.ts';
import { usePage, useWords } from '../page-context.ts';
import { Confidence } from '../ui/confidence.tsx';
import { Highlight } from '../ui/highlight.tsx';
import { FileIcon } from '../ui/file-icon.tsx';
import { PathText } from '../ui/path-text.tsx';
import { folderOf } from '../ui/path-parts.ts';
import { PlaceText } from '../ui/place-text.tsx';
import { TierBadges } from '../ui/tier-badges.tsx';
import { visibleText } from '../ui/visible-text.ts';
import { hitElementId } from './hit-ids.ts';

export interface HitRowProps {
  readonly hit: Hit;
  readonly selected: boolean;
  readonly onSelect: () => void;
  readonly onOpen: () => void;
}

export const HitRow = memo(function HitRow(props: HitRowProps): ReactNode {
  const { f } = useWords();
  const { host } = usePage();
  const { hit } = props;
  const passage = hit.passages[0];
  return (
    <div
      id={hitElementId(hit.fileId)} className="hit" role="option" aria-selected={props.selected}
      // The box keeps the focus, so that arrows go on working after a click.
      onMouseDown={(event) => event.preventDefault()} onClick={props.onSelect} onDoubleClick={props.onOpen}
      onContextMenu={host.desktop === null ? undefined : (event) => { event.preventDefault(); props.onSelect(); host.desktop?.showHitMenu(hit.fileId); }}
    >
      <FileIcon key={hit.fileId} fileId={hit.fileId} kind={hit.kind} />
      <div className="hit-main">
        <div className="hit-head">
          <bdi className="hit-name"><Highlight text={visibleText(hit.name)} spans={hit.nameHighlights} /></bdi>
          <time className="hit-date" dateTime={new Date(hit.modifiedMs).toISOString()} title={f.moment(hit.modifiedMs)}>{f.date(hit.modifiedMs)}</time>
        </div>
        <div className="hit-folder"><PathText path={folderOf(hit.path)} /></div>
        {passage === undefined ? null : (
          <p className="hit-snippet" dir="auto"><Highlight text={passage.snippet} spans={passage.highlights} /></p>
        )}
        <div className="hit-foot">
          {passage === undefined ? null : <PlaceText place={passage.place} />}
          <span className="hit-marks">
            <TierBadges tiers={hit.tiers} />
            <Confidence hit={hit} />
          </span>
        </div>
      </div>
    </div>
  );
}, (before, after) => before.hit === after.hit && before.selected === after.selected);
