/** A task instruction for the present question, as one more chip beside the filters. Only where the model heeds one. */

import { useId, useState, type ReactNode } from 'react';
import { MAX_INSTRUCTION_CHARACTERS } from '../../src/contract/limits.ts';
import { usePage, useStore, useWords } from '../page-context.ts';
import { INSTRUCTION_EXAMPLE } from '../settings/instruction-section.tsx';
import { visibleText } from '../ui/visible-text.ts';
import { FilterMenu } from './filter-menu.tsx';

/** More of it would push the other chips away. */
const SHOWN_CHARACTERS = 24;

export function InstructionMenu(): ReactNode {
  const { t } = useWords();
  const { search, index } = usePage();
  const { instruction } = useStore(search);
  const heeded = useStore(index).status?.model.takesInstruction === true;
  const [draft, setDraft] = useState(instruction ?? '');
  const field = useId();
  if (!heeded && instruction === null) return null;
  const words = t.server.instruction;
  const set = (next: string | null): void => {
    setDraft(next ?? '');
    search.dispatch({ type: 'instructed', instruction: next });
  };
  const shown = instruction === null ? null : visibleText(instruction.length > SHOWN_CHARACTERS ? `${instruction.slice(0, SHOWN_CHARACTERS)}…` : instruction);
  return (
    <FilterMenu label={words.menu} chosen={shown}>
      <form className="form instruction-menu" onSubmit={(event) => { event.preventDefault(); set(draft.trim() === '' ? null : draft.trim()); }}>
        <label htmlFor={field}>{words.ofSearch}</label>
        <textarea id={field} rows={3} dir="auto" maxLength={MAX_INSTRUCTION_CHARACTERS} placeholder={INSTRUCTION_EXAMPLE} value={draft} onChange={(event) => setDraft(event.target.value)} />
        <div className="actions">
          <button type="submit" className="primary">{words.apply}</button>
          {instruction === null ? null : <button type="button" onClick={() => set(null)}>{words.remove}</button>}
        </div>
      </form>
    </FilterMenu>
  );
}
