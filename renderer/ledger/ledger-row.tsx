/** One file of the ledger. */

import { memo, type ReactNode } from 'react';
import type { FileRecord } from '../../src/contract/model.ts';
import { reasonInWords } from '../messages/catalogue.ts';
import { useWords } from '../page-context.ts';
import { Icon, type IconName } from '../ui/icon.tsx';
import { KindIcon } from '../ui/kind-icon.tsx';
import { folderOf, nameOf } from '../ui/path-parts.ts';
import { PathText } from '../ui/path-text.tsx';
import { visibleText } from '../ui/visible-text.ts';

const STATE_ICONS: Readonly<Record<FileRecord['outcome']['state'], IconName>> = { indexed: 'check', pending: 'clock', skipped: 'info', failed: 'warning' };

export const LedgerRow = memo(function LedgerRow(props: { readonly file: FileRecord; readonly onRetry: () => void }): ReactNode {
  const { t, f } = useWords();
  const { file } = props;
  const { state, reason, detail } = file.outcome;
  const because = reason !== null ? reasonInWords(t, reason, detail)
    : state === 'indexed' ? (file.embedded ? t.ledger.embedded : t.ledger.wordsOnly)
    : state === 'pending' ? t.waitingReason : detail;
  return (
    <tr>
      <th scope="row" className="ledger-file">
        <div>
          <KindIcon kind={file.kind} />
          <span className="ledger-names"><bdi className="ledger-name">{visibleText(nameOf(file.path))}</bdi><PathText path={folderOf(file.path)} /></span>
        </div>
      </th>
      <td className="ledger-outcome">
        <span className={`outcome outcome-${state}`}><Icon name={STATE_ICONS[state]} />{t.ledger.states[state]}</span>
        {because === null ? null : <span className="because" title={detail ?? undefined}>{because}</span>}
        {state === 'failed' ? <button type="button" className="link" onClick={props.onRetry}>{t.ledger.retryOne}</button> : null}
      </td>
      <td className="number ledger-size">{f.bytes(file.sizeBytes)}</td>
      <td className="ledger-date"><time dateTime={new Date(file.modifiedMs).toISOString()}>{f.date(file.modifiedMs)}</time></td>
    </tr>
  );
}, (before, after) => before.file === after.file);
