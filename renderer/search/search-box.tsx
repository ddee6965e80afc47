/**
 * The one box. It keeps its own draft so that an input method can compose in peace: the question changes only with text that
 * has been committed, and keys mean nothing while composing.
 */

import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { usePage, useStore, useWords } from '../page-context.ts';
import { Icon } from '../ui/icon.tsx';
import { commandOf, type KeyPress } from './keyboard.ts';
import { HIT_LIST_ID, hitElementId } from './hit-ids.ts';
import { useHitActions } from './use-hit-actions.ts';
import { SEARCH_INPUT_ID } from './use-search-box-keys.ts';

export interface SearchBoxProps {
  /** Takes a key, or leaves it to the text: answers whether it did. */
  readonly onKey: (press: KeyPress & { readonly target: EventTarget | null }) => boolean;
}

/** The box of the search view, with its keys. */
export function SearchViewBox(): ReactNode {
  const { search } = usePage();
  const { run } = useHitActions();
  return (
    <SearchBox
      onKey={(press) => {
        const command = commandOf(press, search.get().selected !== null);
        if (command !== null) run(command);
        return command !== null;
      }}
    />
  );
}

export function SearchBox({ onKey }: SearchBoxProps): ReactNode {
  const { t } = useWords();
  const { search } = usePage();
  const state = useStore(search);
  const [draft, setDraft] = useState(state.text);
  const composing = useRef(false);
  const input = useRef<HTMLInputElement>(null);

  // The text may change elsewhere: a recent search, a cleared filter, a completed one. Before the next key, or its letter would be typed into the old text.
  useLayoutEffect(() => { if (!composing.current) setDraft(state.text); }, [state.text]);
  useEffect(() => { input.current?.focus(); }, []);

  const commit = (text: string): void => search.dispatch({ type: 'typed', text });
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (onKey(event.nativeEvent)) event.preventDefault();
  };
  const expanded = state.hits.length > 0;
  return (
    <div className="search-box" role="search">
      <Icon name="search" className="search-glyph" />
      <input
        ref={input} id={SEARCH_INPUT_ID} className="search-input" type="text" role="combobox" dir="auto"
        aria-label={t.search.label} aria-expanded={expanded} aria-autocomplete="list" aria-haspopup="listbox"
        aria-controls={expanded ? HIT_LIST_ID : undefined}
        aria-activedescendant={state.selected === null ? undefined : hitElementId(state.selected)}
        placeholder={t.search.placeholder} value={draft}
        autoComplete="off" autoCorrect="off" autoCapitalize="none" spellCheck={false} enterKeyHint="search"
        onChange={(event) => {
          setDraft(event.target.value);
          if (!composing.current) commit(event.target.value);
        }}
        onCompositionStart={() => { composing.current = true; }}
        onCompositionEnd={(event) => {
          composing.current = false;
          setDraft(event.currentTarget.value);
          commit(event.currentTarget.value);
        }}
        onKeyDown={onKeyDown}
      />
      {draft === '' ? <kbd className="search-hint" aria-hidden="true">/</kbd> : (
        <button type="button" className="quiet icon-only" aria-label={t.search.clear} onClick={() => { commit(''); input.current?.focus(); }}>
          <Icon name="close" />
        </button>
      )}
    </div>
  );
}
