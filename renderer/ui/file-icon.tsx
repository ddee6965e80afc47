/** The icon the system shows for a file, in the desktop app; elsewhere, and until it is there, that of its kind. */

import { useState, type ReactNode } from 'react';
import type { FileKind } from '../../src/contract/model.ts';
import { usePage } from '../page-context.ts';
import { KindIcon } from './kind-icon.tsx';

export function FileIcon(props: { readonly fileId: number; readonly kind: FileKind }): ReactNode {
  const { host } = usePage();
  const [failed, setFailed] = useState(false);
  if (host.desktop === null || failed || window.location.protocol !== 'app:') return <KindIcon kind={props.kind} />;
  return <span className="kind-icon"><img className="file-icon" src={`app://icon/${props.fileId}`} alt="" onError={() => setFailed(true)} /></span>;
}
