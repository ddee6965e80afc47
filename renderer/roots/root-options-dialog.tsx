/** What of a folder is read. Patterns are one a line, as in .gitignore. */

import { useState, type ReactNode } from 'react';
import type { Root, RootOptions } from '../../src/contract/model.ts';
import { MAX_INSTRUCTION_CHARACTERS } from '../../src/contract/limits.ts';
import { useAction, usePage, useWords } from '../page-context.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Check, Field } from '../ui/field.tsx';
import { PathText } from '../ui/path-text.tsx';
import { patternLines } from './pattern-lines.ts';
import { PatternTrial } from './pattern-trial.tsx';

const MIB = 1024 * 1024;

export function RootOptionsDialog(props: { readonly root: Root; readonly onClose: () => void }): ReactNode {
  const { t } = useWords();
  const { engine } = usePage();
  const act = useAction();
  const { options } = props.root;
  const [include, setInclude] = useState(options.include.join('\n'));
  const [exclude, setExclude] = useState(options.exclude.join('\n'));
  const [mebibytes, setMebibytes] = useState(String(options.maxFileBytes / MIB));
  const [flags, setFlags] = useState({ honourGitignore: options.honourGitignore, includeHidden: options.includeHidden, includeSecrets: options.includeSecrets, paused: options.paused });
  const [threshold, setThreshold] = useState(options.threshold === null ? '' : String(Math.round(options.threshold * 100)));
  const [instruction, setInstruction] = useState(options.instruction ?? '');
  const percent = Number(threshold);
  const least = threshold.trim() === '' || !(percent >= 0 && percent <= 100) ? null : percent / 100;
  const size = Number(mebibytes) * MIB;
  const sizeIsGood = Number.isFinite(size) && size >= 1;
  const form = t.folders.form;
  const save = (): void => {
    if (!sizeIsGood) return;
    const next: Partial<RootOptions> = { include: patternLines(include), exclude: patternLines(exclude), maxFileBytes: Math.round(size), instruction: instruction.trim() === '' ? null : instruction.trim(), threshold: least, ...flags };
    void act(() => engine.call('roots.update', { rootId: props.root.id, options: next }), form.saved).then((done) => { if (done) props.onClose(); });
  };
  return (
    <Dialog title={form.title} onClose={props.onClose} wide>
      <p><PathText path={props.root.path} /></p>
      <form className="form" onSubmit={(event) => { event.preventDefault(); save(); }}>
        <Field label={form.exclude} hint={form.excludeHint}>{(id, hint) => (
          <textarea id={id} aria-describedby={hint} rows={3} dir="ltr" spellCheck={false} value={exclude} onChange={(event) => setExclude(event.target.value)} />
        )}</Field>
        <Field label={form.include} hint={form.includeHint}>{(id, hint) => (
          <textarea id={id} aria-describedby={hint} rows={3} dir="ltr" spellCheck={false} value={include} onChange={(event) => setInclude(event.target.value)} />
        )}</Field>
        <PatternTrial rootId={props.root.id} options={{ include: patternLines(include), exclude: patternLines(exclude), includeHidden: flags.includeHidden, includeSecrets: flags.includeSecrets }} />
        <Field label={form.maxSize} hint={sizeIsGood ? form.maxSizeHint : form.badSize} bad={!sizeIsGood}>{(id, hint) => (
          <input id={id} aria-describedby={hint} aria-invalid={!sizeIsGood} type="number" min="0.001" step="any" value={mebibytes} onChange={(event) => setMebibytes(event.target.value)} />
        )}</Field>
        <Field label={t.server.instruction.ofFolder} hint={t.server.instruction.ofFolderHint}>{(id, hint) => (
          <textarea id={id} aria-describedby={hint} rows={2} dir="auto" maxLength={MAX_INSTRUCTION_CHARACTERS} value={instruction} onChange={(event) => setInstruction(event.target.value)} />
        )}</Field>
        <Field label={form.threshold} hint={form.thresholdHint}>{(id, hint) => (
          <input id={id} aria-describedby={hint} type="number" min="0" max="100" step="1" placeholder={form.thresholdDefault} value={threshold} onChange={(event) => setThreshold(event.target.value)} />
        )}</Field>
        <Check label={form.paused} checked={flags.paused} onChange={(paused) => setFlags({ ...flags, paused })} />
        <Check label={form.gitignore} checked={flags.honourGitignore} onChange={(honourGitignore) => setFlags({ ...flags, honourGitignore })} />
        <Check label={form.hidden} checked={flags.includeHidden} onChange={(includeHidden) => setFlags({ ...flags, includeHidden })} />
        <Check label={form.secrets} hint={form.secretsHint} checked={flags.includeSecrets} onChange={(includeSecrets) => setFlags({ ...flags, includeSecrets })} />
        <footer className="dialog-foot">
          <button type="button" onClick={props.onClose}>{t.common.cancel}</button>
          <button type="submit" className="primary" disabled={!sizeIsGood}>{t.common.save}</button>
        </footer>
      </form>
    </Dialog>
  );
}
