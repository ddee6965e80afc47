/** Language and colours of the document, from the settings; remembered in this browser so that the next start does not flash. */

import type { Settings } from '../src/contract/settings.ts';

const KEY = 'findling-appearance';

export interface Appearance {
  readonly language: Settings['language'];
  readonly theme: Settings['theme'];
}

const LANGUAGES: readonly Settings['language'][] = ['system', 'en', 'zh-CN'];
const THEMES: readonly Settings['theme'][] = ['system', 'light', 'dark'];

/** What was set last time; the system's wishes when there was no last time. */
export function rememberedAppearance(storage: Storage): Appearance {
  const [language, theme] = (storage.getItem(KEY) ?? '').split(' ');
  return {
    language: LANGUAGES.find((each) => each === language) ?? 'system',
    theme: THEMES.find((each) => each === theme) ?? 'system',
  };
}

export function rememberAppearance(storage: Storage, appearance: Appearance): void {
  storage.setItem(KEY, `${appearance.language} ${appearance.theme}`);
}

export function applyAppearance(root: HTMLElement, theme: Settings['theme'], locale: string): void {
  root.lang = locale;
  root.dir = 'ltr';
  if (theme === 'system') root.removeAttribute('data-theme');
  else root.setAttribute('data-theme', theme);
}
