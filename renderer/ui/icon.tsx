/** All icons, drawn here as 20 × 20 strokes: no font, no request. Decorative: the words beside them say the same. */

import type { ReactNode } from 'react';

const PATHS = {
  search: 'M9 15.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM13.8 13.8 18 18',
  close: 'M5 5l10 10M15 5 5 15',
  folder: 'M2.5 5.5a1.5 1.5 0 0 1 1.5-1.5h3.6l2 2H16a1.5 1.5 0 0 1 1.5 1.5V14.5A1.5 1.5 0 0 1 16 16H4a1.5 1.5 0 0 1-1.5-1.5Z',
  files: 'M6 2.5h5.5L15.5 6.5V15M11.5 2.5v4h4M6 2.5v12.5h9.5M3.5 5.5v12h9',
  settings: 'M3 6h6M13 6h4M3 14h3M10 14h7M11 4v4M8 12v4',
  open: 'M8 4H4.5A1.5 1.5 0 0 0 3 5.5v10A1.5 1.5 0 0 0 4.5 17h10a1.5 1.5 0 0 0 1.5-1.5V12M11.5 3H17v5.5M17 3l-8 8',
  copy: 'M7.5 7.5h9v9h-9ZM12.5 7.5v-4h-9v9h4',
  chevron: 'M5 7.5l5 5 5-5',
  back: 'M12.5 4.5 7 10l5.5 5.5',
  up: 'M10 16V4.5M5 9l5-5 5 5',
  check: 'M4 10.5l4 4 8-9',
  pause: 'M7 4.5v11M13 4.5v11',
  play: 'M6.5 4.5v11l9-5.5Z',
  refresh: 'M16.5 10a6.5 6.5 0 1 1-2-4.7M16.5 2.5v4h-4',
  warning: 'M10 3 2.5 16.5h15ZM10 8.5v3.5M10 14.3v.2',
  info: 'M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15ZM10 9v4.5M10 6.3v.2',
  plus: 'M10 4v12M4 10h12',
  clock: 'M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15ZM10 6v4.3l3 1.7',
  sparkle: 'M10 3l1.6 5.4L17 10l-5.4 1.6L10 17l-1.6-5.4L3 10l5.4-1.6Z',
  text: 'M5 2.5h6.5L15.5 6.5v11H5ZM11.5 2.5v4h4M7.5 10h5.5M7.5 13h5.5',
  code: 'M7 6 3 10l4 4M13 6l4 4-4 4',
  web: 'M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15ZM2.5 10h15M10 2.5c-4.5 4.5-4.5 10.5 0 15 4.5-4.5 4.5-10.5 0-15Z',
  sheet: 'M3 4h14v12H3ZM3 8h14M3 12h14M8.5 4v12',
  slides: 'M2.5 4h15v9h-15ZM10 13v3.5M6.5 16.5h7',
  mail: 'M2.5 5h15v10.5h-15ZM2.5 5.5 10 11l7.5-5.5',
  book: 'M10 5C8 3.5 5.5 3.2 3 3.5v12c2.5-.3 5 0 7 1.5 2-1.5 4.5-1.8 7-1.5v-12c-2.5-.3-5 0-7 1.5ZM10 5v12',
  image: 'M3 4h14v12H3ZM3 13.5l4-4 3.5 3.5 2.5-2.5 4 4M13 7.2v.2',
  audio: 'M7 15V5l9-2v10M7 15a2 2 0 1 1-4 0 2 2 0 0 1 4 0ZM16 13a2 2 0 1 1-4 0 2 2 0 0 1 4 0Z',
  video: 'M2.5 5h10v10h-10ZM12.5 9l5-3v8l-5-3',
  archive: 'M3 4h14v3.5H3ZM4.5 7.5V16h11V7.5M8 10.5h4',
  data: 'M10 8c3.6 0 6-1.1 6-2.5S13.6 3 10 3 4 4.1 4 5.5 6.4 8 10 8ZM4 5.5v9C4 15.9 6.4 17 10 17s6-1.1 6-2.5v-9M4 10c0 1.4 2.4 2.5 6 2.5s6-1.1 6-2.5',
  program: 'M3 4h14v12H3ZM3 7.5h14M6 11l2 1.5L6 14M10 14h3.5',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon(props: { readonly name: IconName; readonly className?: string }): ReactNode {
  return (
    <svg className={`icon ${props.className ?? ''}`} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={PATHS[props.name]} />
    </svg>
  );
}
