/** The way to the search box from anywhere in the page. */

import { useEffect } from 'react';
import { goTo } from '../routes.ts';
import { wantsSearchBox } from './keyboard.ts';

export const SEARCH_INPUT_ID = 'search-input';

export function focusSearchBox(): void {
  const input = document.getElementById(SEARCH_INPUT_ID);
  if (!(input instanceof HTMLInputElement)) return;
  input.focus();
  input.select();
}

export function useSearchBoxKeys(): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (!wantsSearchBox(event, isTextField(event.target)) || document.querySelector('dialog[open]') !== null) return;
      event.preventDefault();
      goTo('search');
      // From another view the box is not there yet: it takes the focus itself when it appears.
      focusSearchBox();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
}

function isTextField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));
}
