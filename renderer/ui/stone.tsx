/** The erratic boulder that gave the program its name, for empty places. Decorative. */

import type { ReactNode } from 'react';

export function Stone(): ReactNode {
  return (
    <svg className="stone" viewBox="0 0 120 72" aria-hidden="true" focusable="false">
      <path className="stone-ground" d="M6 62c18-4 32-3 52-1 22 2 38 1 56-2" />
      <path className="stone-body" d="M34 58c-8-9-7-22 1-31 8-10 24-15 37-11 13 3 22 13 23 24 1 8-1 14-6 18-14 4-41 4-55 0Z" />
      <path className="stone-line" d="M48 26c6-4 13-5 19-4M43 38c3-3 5-4 8-5M78 30c4 3 6 7 7 11" />
    </svg>
  );
}
