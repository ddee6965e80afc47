/** A number that is sent when it is finished (Enter or leaving the field), not with every digit. Nonsense falls back. */

import { useEffect, useState, type ReactNode } from 'react';

export interface NumberInputProps {
  readonly id: string;
  readonly hintId: string | undefined;
  readonly value: number;
  readonly least: number;
  readonly whole?: boolean;
  readonly onCommit: (value: number) => void;
}

export function NumberInput(props: NumberInputProps): ReactNode {
  const [draft, setDraft] = useState(String(props.value));
  useEffect(() => setDraft(String(props.value)), [props.value]);
  const commit = (): void => {
    const value = Number(draft);
    const good = draft.trim() !== '' && Number.isFinite(value) && value >= props.least && (props.whole !== true || Number.isInteger(value));
    if (!good) return setDraft(String(props.value));
    if (value !== props.value) props.onCommit(value);
  };
  return (
    <input
      id={props.id} aria-describedby={props.hintId} type="number" min={props.least} step={props.whole === true ? 1 : 'any'} value={draft}
      onChange={(event) => setDraft(event.target.value)} onBlur={commit} onKeyDown={(event) => { if (event.key === 'Enter') commit(); }}
    />
  );
}
