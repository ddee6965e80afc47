/** The first thing a person sees: sample files to try it at once, or a folder of their own. Nothing is read before they choose. */

import { useEffect, useState, type ReactNode } from 'react';
import type { SuggestedFolder } from '../../src/contract/model.ts';
import { usePage, useWords } from '../page-context.ts';
import { Icon } from '../ui/icon.tsx';
import { PathText } from '../ui/path-text.tsx';
import { Stone } from '../ui/stone.tsx';
import { FolderDialog } from './folder-dialog.tsx';
import { useAddFolder } from './use-add-folder.ts';

export function FirstLaunch(): ReactNode {
  const { t } = useWords();
  const { add, choose, choosing, endChoosing } = useAddFolder();
  const suggested = useSuggestedFolders();
  // Until the suggestions are known there is nothing to press: a choice that moves under the pointer is worse than a moment's wait.
  const sample = suggested?.find((folder) => folder.kind === 'sample');
  const others = (suggested ?? []).filter((folder) => folder.kind !== 'sample');
  return (
    <div className="first-launch">
      <Stone />
      <h1>{t.folders.first.title}</h1>
      <p className="lead">{t.folders.first.body}</p>
      <div className="first-choices">
        {sample === undefined ? null : (
          <button type="button" className="first-choice primary" onClick={() => void add(sample.path)}>
            <Icon name="sparkle" /><span><strong>{t.folders.first.sample}</strong><small>{t.folders.first.sampleHint}</small></span>
          </button>
        )}
        {suggested === null ? null : (
          <button type="button" className={sample === undefined ? 'first-choice primary' : 'first-choice'} onClick={choose}>
            <Icon name="folder" /><span><strong>{t.folders.first.choose}</strong><small>{t.folders.first.chooseHint}</small></span>
          </button>
        )}
      </div>
      {others.length === 0 ? null : (
        <>
          <h2 className="first-or">{t.folders.first.or}</h2>
          <ul className="first-others">
            {others.map((folder) => (
              <li key={folder.path}>
                <button type="button" className="suggestion" onClick={() => void add(folder.path)}>
                  <Icon name="folder" /><span>{t.folders.suggested[folder.kind]}</span><small><PathText path={folder.path} /></small>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
      {choosing ? <FolderDialog onChoose={add} onClose={endChoosing} /> : null}
    </div>
  );
}

/** Null until the engine has answered. */
function useSuggestedFolders(): readonly SuggestedFolder[] | null {
  const { engine } = usePage();
  const [folders, setFolders] = useState<readonly SuggestedFolder[] | null>(null);
  useEffect(() => {
    let wanted = true;
    engine.call('roots.suggest', undefined).then(
      (found) => { if (wanted) setFolders(found); },
      // Suggestions are a convenience: choosing a folder is always there, and the banner tells of a lost connection.
      () => { if (wanted) setFolders([]); },
    );
    return () => { wanted = false; };
  }, [engine]);
  return folders;
}
