/** What of a server's settings most people leave as it is: kind, windows, prompts, headers. */

import type { ReactNode } from 'react';
import type { ServerKind, ServerSettings } from '../../src/contract/settings.ts';
import { useWords } from '../page-context.ts';
import { Field } from '../ui/field.tsx';
import { NumberInput } from './number-input.tsx';

const KINDS: readonly ServerKind[] = ['auto', 'sglang', 'vllm', 'tei', 'llama.cpp', 'ollama', 'lm-studio', 'openai'];
const LEAST_WINDOW_TOKENS = 16;

export function ServerMorePart(props: { readonly server: ServerSettings; readonly onChange: (change: Partial<ServerSettings>) => void }): ReactNode {
  const { server, onChange } = props;
  const { t } = useWords();
  const s = t.server;
  return (
    <details>
      <summary>{s.more}</summary>
      <div className="form server-more">
        <Field label={s.kind}>{(id) => (
          <select id={id} value={server.kind} onChange={(event) => onChange({ kind: KINDS.find((kind) => kind === event.target.value) ?? 'auto' })}>
            {KINDS.map((kind) => <option key={kind} value={kind}>{s.kinds[kind]}</option>)}
          </select>
        )}</Field>
        <Field label={s.windowTokens} hint={s.windowTokensHint}>{(id, hint) => (
          <NumberInput id={id} hintId={hint} value={server.windowTokens} least={LEAST_WINDOW_TOKENS} whole onCommit={(windowTokens) => onChange({ windowTokens })} />
        )}</Field>
        <Field label={s.parallel}>{(id, hint) => <NumberInput id={id} hintId={hint} value={server.parallel} least={1} whole onCommit={(parallel) => onChange({ parallel })} />}</Field>
        <PromptField label={s.queryPrompt} hint={s.queryPromptHint} value={server.queryPrompt} onChange={(queryPrompt) => onChange({ queryPrompt })} />
        <PromptField label={s.documentPrompt} hint={s.documentPromptHint} value={server.documentPrompt} onChange={(documentPrompt) => onChange({ documentPrompt })} />
        <Field label={s.headers} hint={s.headersHint}>{(id, hint) => (
          <textarea id={id} aria-describedby={hint} rows={2} dir="ltr" spellCheck={false} value={server.headers.join('\n')} onChange={(event) => onChange({ headers: event.target.value === '' ? [] : event.target.value.split('\n') })} />
        )}</Field>
      </div>
    </details>
  );
}

function PromptField(props: { readonly label: string; readonly hint: string; readonly value: string | null; readonly onChange: (value: string | null) => void }): ReactNode {
  const { t } = useWords();
  const bad = props.value !== null && !props.value.includes('{text}');
  return (
    <Field label={props.label} hint={bad ? t.server.badPrompt : props.hint} bad={bad}>{(id, hint) => (
      <textarea id={id} aria-describedby={hint} aria-invalid={bad} rows={2} dir="ltr" spellCheck={false} value={props.value ?? ''} onChange={(event) => props.onChange(event.target.value === '' ? null : event.target.value)} />
    )}</Field>
  );
}
