/** "Still working", drawn only after a delay. */

import type { ReactNode } from 'react';
import { useDelayed } from './use-delayed.ts';

export function Spinner(props: { readonly active: boolean; readonly label: string }): ReactNode {
  return useDelayed(props.active) ? <p className="spinner-line" role="status"><span className="spinner" aria-hidden="true" />{props.label}</p> : null;
}
