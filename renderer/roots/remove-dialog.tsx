/** Asks before a folder is forgotten, and says what exactly is lost and what is not. */

import type { ReactNode } from 'react';
import type { Root } from '../../src/contract/model.ts';
import { useWords } from '../page-context.ts';
import { allFiles } from '../state/index-state.ts';
import { Dialog } from '../ui/dialog.tsx';
import { PathText } from '../ui/path-text.tsx';

export function RemoveDialog(props: { readonly root: Root; readonly onConfirm: () => void; readonly onClose: () => void }): ReactNode {
  const { t } = useWords();
  return (
    <Dialog title={t.folders.confirm.title} onClose={props.onClose}>
      <p><PathText path={props.root.path} /></p>
      <p>{t.folders.confirm.body(allFiles(props.root.counts))}</p>
      <p><strong>{t.folders.confirm.safe}</strong></p>
      <footer className="dialog-foot">
        <button type="button" onClick={props.onClose}>{t.common.cancel}</button>
        <button type="button" className="danger solid" onClick={props.onConfirm}>{t.folders.confirm.yes}</button>
      </footer>
    </Dialog>
  );
}
