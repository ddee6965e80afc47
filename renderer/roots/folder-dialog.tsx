/** Choosing a folder of this machine in a page that has no native dialog: a path to type, and folders to walk through. */

import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { ErrorCode } from '../../src/contract/errors.ts';
import type { FolderListing } from '../../src/contract/model.ts';
import { codeOf, usePage, useWords } from '../page-context.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Icon } from '../ui/icon.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { visibleText } from '../ui/visible-text.ts';

export interface FolderDialogProps {
  /** Resolves to whether it worked: then the dialog closes. */
  readonly onChoose: (path: string) => Promise<boolean>;
  readonly onClose: () => void;
  /** What the folder is wanted for; default: to be watched. */
  readonly title?: string;
  readonly choose?: string;
}

export function FolderDialog(props: FolderDialogProps): ReactNode {
  const { t } = useWords();
  const { engine } = usePage();
  const [wanted, setWanted] = useState<string | null>(null);
  const [path, setPath] = useState('');
  const [listing, setListing] = useState<FolderListing | null>(null);
  const [error, setError] = useState<ErrorCode | null>(null);
  /** The person typed since the last listing was asked for: a late answer must not overwrite that. */
  const typed = useRef(false);

  useEffect(() => {
    const controller = new AbortController();
    typed.current = false;
    engine.call('folders.list', wanted === null ? {} : { path: wanted }, controller.signal).then(
      (found) => {
        setListing(found);
        setError(null);
        if (!typed.current) setPath(found.path);
      },
      (problem: unknown) => { if (!controller.signal.aborted) setError(codeOf(problem)); },
    );
    return () => controller.abort();
  }, [engine, wanted]);

  const choose = (): void => void props.onChoose(path).then((done) => { if (done) props.onClose(); });
  return (
    <Dialog title={props.title ?? t.folders.dialog.title} onClose={props.onClose} wide>
      <form className="folder-path" onSubmit={(event) => { event.preventDefault(); setWanted(path); }}>
        <label className="sr-only" htmlFor="folder-path">{t.folders.dialog.path}</label>
        <input id="folder-path" type="text" dir="ltr" value={path} spellCheck={false} autoComplete="off" onChange={(event) => { typed.current = true; setPath(event.target.value); }} />
        <button type="submit">{t.folders.dialog.go}</button>
      </form>
      {error === null ? null : <p className="note bad" role="alert">{t.errors[error]}</p>}
      <div className="folder-list" role="group" aria-label={t.folders.dialog.list}>
        {listing === null ? <Spinner active={error === null} label={t.common.loading} /> : (
          <ul>
            {listing.parent === null ? null : (
              <li><button type="button" className="folder-item" onClick={() => setWanted(listing.parent)}><Icon name="up" />{t.folders.dialog.up}</button></li>
            )}
            {listing.folders.map((folder) => (
              <li key={folder.path}>
                <button type="button" className="folder-item" onClick={() => setWanted(folder.path)}><Icon name="folder" /><bdi>{visibleText(folder.name)}</bdi></button>
              </li>
            ))}
            {listing.folders.length === 0 ? <li className="folder-none">{t.folders.dialog.none}</li> : null}
          </ul>
        )}
      </div>
      <footer className="dialog-foot">
        <button type="button" onClick={props.onClose}>{t.common.cancel}</button>
        <button type="button" className="primary" disabled={path.trim() === ''} onClick={choose}>{props.choose ?? t.folders.dialog.choose}</button>
      </footer>
    </Dialog>
  );
}
