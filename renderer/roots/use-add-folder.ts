/** The ways to add a folder: by path, by the system's chooser where the host has one, else by the page's own dialog. */

import { useState } from 'react';
import { useAction, usePage, useWords } from '../page-context.ts';
import { visibleText } from '../ui/visible-text.ts';

export interface AddFolder {
  add(path: string): Promise<boolean>;
  /** Starts choosing. */
  choose(): void;
  /** The page's own dialog is open. */
  readonly choosing: boolean;
  endChoosing(): void;
}

export function useAddFolder(): AddFolder {
  const { engine, host } = usePage();
  const { t } = useWords();
  const act = useAction();
  const [choosing, setChoosing] = useState(false);
  const add = (path: string): Promise<boolean> => act(() => engine.call('roots.add', { path }), t.folders.added(visibleText(path)));
  const choose = (): void => {
    const native = host.chooseFolder;
    if (native === null) return setChoosing(true);
    void act(async () => {
      const path = await native();
      if (path !== null) await add(path);
    });
  };
  return { add, choose, choosing, endChoosing: () => setChoosing(false) };
}
