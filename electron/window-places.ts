/** Where windows go, on screens that may be gone since. Pure; all numbers are device-independent pixels. */

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface WindowPlace extends Rectangle {
  readonly maximized: boolean;
}

/** A window is reachable when this much of its title bar lies on a screen. */
const LEAST_VISIBLE = { width: 120, height: 40 } as const;
export const LEAST_SIZE = { width: 480, height: 360 } as const;
const FIRST_SIZE = { width: 1080, height: 760 } as const;

/** The kept place, moved and shrunk onto a screen if it is on none any more; without one, the middle of the first. `screens` are work areas, primary first. */
export function placeWindow(kept: WindowPlace | null, screens: readonly Rectangle[]): WindowPlace {
  const primary = screens[0] ?? { x: 0, y: 0, ...FIRST_SIZE };
  if (kept === null) return { ...centred(FIRST_SIZE, primary), maximized: false };
  const size = { width: Math.max(LEAST_SIZE.width, kept.width), height: Math.max(LEAST_SIZE.height, kept.height) };
  const home = screens.find((screen) => isReachable({ ...kept, ...size }, screen));
  if (home !== undefined) return { x: kept.x, y: Math.max(kept.y, home.y), ...size, maximized: kept.maximized };
  return { ...centred(size, primary), maximized: kept.maximized };
}

/** Its title bar: a window whose top lies outside cannot be moved back with a mouse. */
function isReachable(window: Rectangle, screen: Rectangle): boolean {
  const width = Math.min(window.x + window.width, screen.x + screen.width) - Math.max(window.x, screen.x);
  const bar = Math.min(window.y + LEAST_VISIBLE.height, screen.y + screen.height) - Math.max(window.y, screen.y);
  return width >= LEAST_VISIBLE.width && bar >= LEAST_VISIBLE.height / 2;
}

/** Horizontally centred, its top at a fifth of the screen: under the eyes, with room for hits below. */
export function placePanel(size: { readonly width: number; readonly height: number }, screen: Rectangle): Rectangle {
  const width = Math.min(size.width, screen.width);
  const top = Math.round(screen.y + screen.height / 5);
  return { x: Math.round(screen.x + (screen.width - width) / 2), y: top, width, height: Math.min(size.height, screen.y + screen.height - top) };
}

function centred(size: { readonly width: number; readonly height: number }, screen: Rectangle): Rectangle {
  const width = Math.min(size.width, screen.width);
  const height = Math.min(size.height, screen.height);
  return { x: Math.round(screen.x + (screen.width - width) / 2), y: Math.round(screen.y + (screen.height - height) / 2), width, height };
}

/** What was kept, from a file that anyone may have edited; null when it is no place. */
export function parsePlace(text: string): WindowPlace | null {
  try {
    const raw: unknown = JSON.parse(text);
    if (typeof raw !== 'object' || raw === null) return null;
    const { x, y, width, height, maximized } = raw as Record<string, unknown>;
    const whole = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && Math.abs(value) < 1_000_000;
    if (!whole(x) || !whole(y) || !whole(width) || !whole(height) || width <= 0 || height <= 0) return null;
    return { x, y, width, height, maximized: maximized === true };
  } catch {
    return null;
  }
}
