/** The folders Findling reads: state and progress of each, and what can be done with it. */

import { useState, type ReactNode } from 'react';
import type { Root } from '../../src/contract/model.ts';
import { useAction, usePage, useStore, useWords } from '../page-context.ts';
import { Icon } from '../ui/icon.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { visibleText } from '../ui/visible-text.ts';
import { FolderDialog } from './folder-dialog.tsx';
import { RemoveDialog } from './remove-dialog.tsx';
import { RootCard } from './root-card.tsx';
import { RootOptionsDialog } from './root-options-dialog.tsx';
import { useAddFolder } from './use-add-folder.ts';
import { FirstLaunch } from './first-launch.tsx';

type Open = { readonly dialog: 'options' | 'remove'; readonly root: Root } | null;

export function RootsView(): ReactNode {
  const { t } = useWords();
  const { engine, index } = usePage();
  const { status } = useStore(index);
  const act = useAction();
  const [open, setOpen] = useState<Open>(null);
  const { add, choose, choosing, endChoosing } = useAddFolder();
  if (status === null) return <Spinner active label={t.common.loading} />;
  if (status.roots.length === 0) return <FirstLaunch />;
  const remove = (root: Root): void => {
    setOpen(null);
    void act(() => engine.call('roots.remove', { rootId: root.id }), t.folders.removed(visibleText(root.path)));
  };
  return (
    <div className="page-column">
      <header className="view-head">
        <div><h1>{t.folders.title}</h1><p className="lead">{t.folders.intro}</p></div>
        <button type="button" className="primary" onClick={choose}><Icon name="plus" />{t.folders.add}</button>
      </header>
      <ul className="cards">
        {status.roots.map((root) => (
          <RootCard key={root.id} root={root} onOptions={() => setOpen({ dialog: 'options', root })} onRemove={() => setOpen({ dialog: 'remove', root })} />
        ))}
      </ul>
      {choosing ? <FolderDialog onChoose={add} onClose={endChoosing} /> : null}
      {open?.dialog === 'options' ? <RootOptionsDialog root={open.root} onClose={() => setOpen(null)} /> : null}
      {open?.dialog === 'remove' ? <RemoveDialog root={open.root} onConfirm={() => remove(open.root)} onClose={() => setOpen(null)} /> : null}
    </div>
  );
}
