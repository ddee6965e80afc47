/** The icon of a kind of file. The kind in words stands in the preview; here it is a hint for the eye. */

import type { ReactNode } from 'react';
import type { FileKind } from '../../src/contract/model.ts';
import { Icon, type IconName } from './icon.tsx';

const ICONS: Readonly<Record<FileKind, IconName>> = {
  text: 'text', markdown: 'text', code: 'code', web: 'web', pdf: 'text', document: 'text', sheet: 'sheet', slides: 'slides', mail: 'mail', book: 'book',
  image: 'image', audio: 'audio', video: 'video', archive: 'archive', data: 'data', program: 'program', other: 'text',
};

export function KindIcon(props: { readonly kind: FileKind }): ReactNode {
  return <span className={`kind-icon kind-${props.kind}`}><Icon name={ICONS[props.kind]} /></span>;
}
