/** Keys as pressed → the words Electron names them by. Pure. By `code`, so that a key is the same on every layout's letters. */

export interface Pressed {
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly metaKey: boolean;
}

const NAMED: Readonly<Record<string, string>> = {
  Space: 'Space', Tab: 'Tab', Enter: 'Return', Backspace: 'Backspace', Delete: 'Delete', Insert: 'Insert', Home: 'Home', End: 'End', PageUp: 'PageUp', PageDown: 'PageDown',
  ArrowUp: 'Up', ArrowDown: 'Down', ArrowLeft: 'Left', ArrowRight: 'Right',
};

/** null while only modifiers are down, or for a key that cannot be one. */
export function acceleratorOf(pressed: Pressed, platform: 'darwin' | 'win32' | 'linux'): string | null {
  const { code } = pressed;
  const key = NAMED[code] ?? /^Key([A-Z])$/.exec(code)?.[1] ?? /^Digit(\d)$/.exec(code)?.[1] ?? /^(F\d{1,2})$/.exec(code)?.[1] ?? (/^Numpad(\d)$/.test(code) ? `num${code.slice(-1)}` : undefined);
  if (key === undefined) return null;
  const modifiers = [
    pressed.metaKey ? (platform === 'darwin' ? 'Command' : 'Super') : null, pressed.ctrlKey ? 'Control' : null, pressed.altKey ? 'Alt' : null, pressed.shiftKey ? 'Shift' : null,
  ].filter((modifier) => modifier !== null);
  return [...modifiers, key].join('+');
}

const MAC_SIGNS: Readonly<Record<string, string>> = { Command: '⌘', Control: '⌃', Alt: '⌥', Shift: '⇧' };

/** As people of this system write it: `⌥Space`, `Ctrl+Alt+Space`. */
export function shownAccelerator(accelerator: string, platform: 'darwin' | 'win32' | 'linux'): string {
  const parts = accelerator.split('+');
  if (platform === 'darwin') return parts.map((part) => MAC_SIGNS[part] ?? part).join('');
  return parts.map((part) => (part === 'Control' ? 'Ctrl' : part === 'Super' && platform === 'win32' ? 'Win' : part)).join('+');
}
