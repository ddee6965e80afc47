/**
 * The quick-search key: what it is on each system, whether the system takes it, and what to say when it does not. Electron's
 * globalShortcut is handed in. Holds at most one key; a key that is refused leaves the one before in place.
 */

import type { HotkeyAnswer } from '../src/contract/desktop.ts';

export interface GlobalKeys {
  register(accelerator: string, pressed: () => void): boolean;
  unregister(accelerator: string): void;
  isRegistered(accelerator: string): boolean;
}

/** Keys that are free on a fresh system. macOS: ⌘Space is Spotlight's. Windows: Alt+Space opens the window menu, Win+… is the system's. */
export function defaultHotkey(platform: NodeJS.Platform): string {
  return platform === 'darwin' ? 'Alt+Space' : 'Control+Alt+Space';
}

const MODIFIERS = /^(Command|Cmd|Control|Ctrl|CommandOrControl|CmdOrCtrl|Alt|Option|AltGr|Shift|Super|Meta)$/;
const KEYS = /^([A-Z0-9]|F([1-9]|1\d|2[0-4])|Plus|Space|Tab|Backspace|Delete|Insert|Return|Enter|Up|Down|Left|Right|Home|End|PageUp|PageDown|Escape|Esc|num[0-9])$/;

/** One key with modifiers. A lone letter would take it from every program; function keys may stand alone. */
export function isHotkey(accelerator: string): boolean {
  const parts = accelerator.split('+');
  const key = parts.pop() ?? '';
  if (!KEYS.test(key) || !parts.every((part) => MODIFIERS.test(part)) || new Set(parts).size !== parts.length) return false;
  return /^F\d/.test(key) || parts.some((part) => part !== 'Shift');
}

export class Hotkey {
  readonly #keys: GlobalKeys;
  readonly #pressed: () => void;
  readonly #platform: NodeJS.Platform;
  readonly #supported: boolean;
  #current: string | null = null;
  #state: 'registered' | 'off' | Exclude<HotkeyAnswer, 'free'> = 'off';
  #wanted: string | null = null;

  /** `supported`: false on Wayland without the portal, where registering succeeds and nothing ever arrives. */
  constructor(options: { readonly keys: GlobalKeys; readonly pressed: () => void; readonly platform: NodeJS.Platform; readonly supported: boolean }) {
    this.#keys = options.keys;
    this.#pressed = options.pressed;
    this.#platform = options.platform;
    this.#supported = options.supported;
  }

  get state(): { readonly hotkey: string | null; readonly hotkeyState: 'registered' | 'off' | Exclude<HotkeyAnswer, 'free'> } {
    return { hotkey: this.#wanted, hotkeyState: this.#state };
  }

  /** As the settings say: `default`, an accelerator, or null for none. */
  set(setting: string | null): void {
    const wanted = setting === 'default' ? defaultHotkey(this.#platform) : setting;
    if (wanted === this.#wanted && this.#state === 'registered') return;
    this.#wanted = wanted;
    if (wanted === null) {
      this.release();
      this.#state = 'off';
      return;
    }
    if (!this.#supported || !isHotkey(wanted)) {
      this.release();
      this.#state = this.#supported ? 'invalid' : 'unsupported';
      return;
    }
    const before = this.#current;
    if (before === wanted) {
      this.#state = 'registered';
      return;
    }
    // The key before stays until the new one is there: a person who mistypes is not left without any.
    if (!this.#take(wanted)) {
      this.#state = 'taken';
      return;
    }
    if (before !== null) this.#keys.unregister(before);
    this.#current = wanted;
    this.#state = 'registered';
  }

  /** Would the system take it? Leaves everything as it was. */
  try(accelerator: string): HotkeyAnswer {
    if (!this.#supported) return 'unsupported';
    if (!isHotkey(accelerator)) return 'invalid';
    if (accelerator === this.#current) return 'free';
    if (!this.#take(accelerator)) return 'taken';
    this.#keys.unregister(accelerator);
    return 'free';
  }

  release(): void {
    if (this.#current !== null) this.#keys.unregister(this.#current);
    this.#current = null;
  }

  #take(accelerator: string): boolean {
    try {
      return this.#keys.register(accelerator, this.#pressed);
    } catch {
      // Electron throws for keys it cannot spell.
      return false;
    }
  }
}
