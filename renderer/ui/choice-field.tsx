/** A labelled choice among a few words. */

import type { ReactNode } from 'react';
import { Field } from './field.tsx';

export interface ChoiceFieldProps<T extends string> {
  readonly label: string;
  readonly hint?: string;
  readonly value: T;
  readonly choices: readonly T[];
  readonly words: Readonly<Record<T, string>>;
  readonly onChoose: (value: T) => void;
}

export function ChoiceField<T extends string>(props: ChoiceFieldProps<T>): ReactNode {
  return (
    <Field label={props.label} {...(props.hint === undefined ? {} : { hint: props.hint })}>{(id, hint) => (
      <select
        id={id} aria-describedby={hint} value={props.value}
        onChange={(event) => {
          const chosen = props.choices.find((choice) => choice === event.target.value);
          if (chosen !== undefined) props.onChoose(chosen);
        }}
      >
        {props.choices.map((choice) => <option key={choice} value={choice}>{props.words[choice]}</option>)}
      </select>
    )}</Field>
  );
}
