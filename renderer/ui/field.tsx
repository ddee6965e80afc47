/** Form rows: label, control, hint, tied together by ids. */

import { useId, type ReactNode } from 'react';

export interface FieldProps {
  readonly label: string;
  readonly hint?: string;
  /** The hint says what is wrong. */
  readonly bad?: boolean;
  readonly children: (id: string, hintId: string | undefined) => ReactNode;
}

export function Field(props: FieldProps): ReactNode {
  const id = useId();
  const hint = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{props.label}</label>
      {props.children(id, props.hint === undefined ? undefined : hint)}
      {props.hint === undefined ? null : <p id={hint} className={props.bad === true ? 'hint bad' : 'hint'}>{props.hint}</p>}
    </div>
  );
}

export interface CheckProps {
  readonly label: string;
  readonly hint?: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

export function Check(props: CheckProps): ReactNode {
  const hint = useId();
  return (
    <div className="field">
      <label className="choice">
        <input type="checkbox" checked={props.checked} aria-describedby={props.hint === undefined ? undefined : hint} onChange={(event) => props.onChange(event.target.checked)} />
        <span>{props.label}</span>
      </label>
      {props.hint === undefined ? null : <p id={hint} className="hint indented">{props.hint}</p>}
    </div>
  );
}
