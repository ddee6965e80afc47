/** What can be done with hits, from keys and from buttons. */

import type { Hit } from '../../src/contract/model.ts';
import { useAction, usePage, useWords } from '../page-context.ts';
import { selectedHit } from '../state/search-state.ts';
import type { Command } from './keyboard.ts';

export interface HitActions {
  open(hit: Hit): void;
  reveal(hit: Hit): void;
  copyPath(path: string): void;
  run(command: Command): void;
}

export function useHitActions(): HitActions {
  const { engine, search, settings, notices } = usePage();
  const { t } = useWords();
  const act = useAction();

  /** A search that led somewhere is worth remembering; every keystroke is not. */
  const remember = (): void => {
    const text = search.get().text.trim();
    if (text !== '' && settings.get()?.keepRecents === true) void act(() => engine.call('recents.add', { text }));
  };
  const open = (hit: Hit): void => {
    remember();
    void act(() => engine.call('files.open', { fileId: hit.fileId }), t.preview.opened);
  };
  const reveal = (hit: Hit): void => {
    remember();
    void act(() => engine.call('files.reveal', { fileId: hit.fileId }), t.preview.revealed);
  };
  const copyPath = (path: string): void => {
    navigator.clipboard.writeText(path).then(
      () => notices.dispatch({ type: 'said', text: t.preview.copied, tone: 'good' }),
      () => notices.dispatch({ type: 'said', text: t.preview.copyFailed, tone: 'bad' }),
    );
  };
  const run = (command: Command): void => {
    const hit = selectedHit(search.get());
    switch (command.type) {
      case 'move':
        return search.dispatch({ type: 'moved', to: command.to });
      case 'clear':
        // First out of the preview (it covers a narrow page), then out of the text.
        if (hit !== null) return search.dispatch({ type: 'selected', fileId: null });
        return search.dispatch({ type: 'typed', text: '' });
      case 'open':
        // The first Enter shows what would be opened.
        return hit === null ? search.dispatch({ type: 'moved', to: 'first' }) : open(hit);
      case 'reveal':
        return hit === null ? search.dispatch({ type: 'moved', to: 'first' }) : reveal(hit);
    }
  };
  return { open, reveal, copyPath, run };
}
