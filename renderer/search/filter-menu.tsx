/** A chip that opens a small panel of choices. Escape, a click elsewhere, or focus leaving closes it. */

import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { Icon } from '../ui/icon.tsx';

export interface FilterMenuProps {
  readonly label: string;
  /** What is chosen, in words; null when nothing is. */
  readonly chosen: string | null;
  /** Closes after each choice: for choices that exclude each other. */
  readonly closeOnChoice?: boolean;
  readonly children: ReactNode;
}

export function FilterMenu(props: FilterMenuProps): ReactNode {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const panel = useId();

  useEffect(() => {
    if (!open) return undefined;
    root.current?.querySelector<HTMLElement>('.menu input:checked, .menu input')?.focus();
    const away = (event: Event): void => {
      if (event.target instanceof Node && root.current?.contains(event.target) === false) setOpen(false);
    };
    document.addEventListener('pointerdown', away);
    document.addEventListener('focusin', away);
    return () => {
      document.removeEventListener('pointerdown', away);
      document.removeEventListener('focusin', away);
    };
  }, [open]);

  const close = (): void => { setOpen(false); button.current?.focus(); };
  return (
    <div
      className="chip-place" ref={root}
      onKeyDown={(event) => { if (event.key === 'Escape' && open) { event.preventDefault(); event.stopPropagation(); close(); } }}
    >
      <button
        ref={button} type="button" className={props.chosen === null ? 'chip' : 'chip active'}
        aria-expanded={open} aria-controls={open ? panel : undefined} onClick={() => setOpen(!open)}
      >
        {props.label}{props.chosen === null ? null : <>: <bdi className="chip-value">{props.chosen}</bdi></>}
        <Icon name="chevron" className="chip-arrow" />
      </button>
      {open ? (
        <div
          id={panel} className="menu" role="group" aria-label={props.label}
          onClick={(event) => { if (props.closeOnChoice === true && event.target instanceof HTMLInputElement && event.detail > 0) close(); }}
        >
          {props.children}
        </div>
      ) : null}
    </div>
  );
}

/** One choice in a menu. */
export function Choice(props: {
  readonly type: 'checkbox' | 'radio'; readonly group: string; readonly checked: boolean; readonly onChange: () => void; readonly children: ReactNode;
}): ReactNode {
  return (
    <label className="choice">
      <input type={props.type} name={props.group} checked={props.checked} onChange={props.onChange} />
      <span>{props.children}</span>
    </label>
  );
}
