/** A modal dialog over the platform's own: it traps focus, closes on Escape and gives focus back by itself. */

import { useEffect, useId, useRef, type ReactNode } from 'react';
import { useWords } from '../page-context.ts';
import { Icon } from './icon.tsx';

export function Dialog(props: { readonly title: string; readonly onClose: () => void; readonly wide?: boolean; readonly children: ReactNode }): ReactNode {
  const { t } = useWords();
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog} className={props.wide === true ? 'dialog wide' : 'dialog'} aria-labelledby={title}
      onCancel={(event) => { event.preventDefault(); props.onClose(); }}
      onMouseDown={(event) => { if (event.target === dialog.current) props.onClose(); }}
    >
      <div className="dialog-body">
        <header className="dialog-head">
          <h2 id={title}>{props.title}</h2>
          <button type="button" className="quiet icon-only" onClick={props.onClose} aria-label={t.common.close}><Icon name="close" /></button>
        </header>
        {props.children}
      </div>
    </dialog>
  );
}
