/** The task instruction for all searches. Only shown where the model heeds one, or one is set: the built-in model has no use for it. */

import { useEffect, useState, type ReactNode } from 'react';
import { MAX_INSTRUCTION_CHARACTERS } from '../../src/contract/limits.ts';
import { useAction, usePage, useStore, useWords } from '../page-context.ts';
import { Field } from '../ui/field.tsx';

/** In English whatever the page's language: models were trained on instructions in English. */
export const INSTRUCTION_EXAMPLE = 'Given a question about tenancy law, retrieve the clause that answers it';

export function InstructionSection(): ReactNode {
  const { t } = useWords();
  const { engine, settings: store, index } = usePage();
  const saved = useStore(store)?.instruction ?? null;
  const heeded = useStore(index).status?.model.takesInstruction === true;
  const act = useAction();
  const [draft, setDraft] = useState(saved ?? '');
  useEffect(() => setDraft(saved ?? ''), [saved]);
  if (!heeded && saved === null) return null;
  const words = t.server.instruction;
  const commit = (): void => {
    const instruction = draft.trim() === '' ? null : draft.trim();
    if (instruction !== saved) void act(() => engine.call('settings.set', { instruction }), t.settings.saved);
  };
  return (
    <section className="card form" aria-labelledby="set-instruction">
      <h2 id="set-instruction">{words.title}</h2>
      <Field label={words.label} hint={words.hint}>{(id, hint) => (
        <textarea id={id} aria-describedby={hint} rows={2} dir="auto" maxLength={MAX_INSTRUCTION_CHARACTERS} placeholder={INSTRUCTION_EXAMPLE} value={draft} onChange={(event) => setDraft(event.target.value)} onBlur={commit} />
      )}</Field>
    </section>
  );
}
