/** Two models on the person's own files, side by side. Asked when it opens; closing it stops the asking. */

import { useEffect, useState, type ReactNode } from 'react';
import type { ErrorCode } from '../../src/contract/errors.ts';
import type { GenerationComparison, GenerationStatus } from '../../src/contract/models.ts';
import { codeOf, usePage, useWords } from '../page-context.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { visibleText } from '../ui/visible-text.ts';

export function ComparisonDialog(props: { readonly generation: GenerationStatus; readonly title: string; readonly onClose: () => void }): ReactNode {
  const { t } = useWords();
  const { engine } = usePage();
  const [found, setFound] = useState<GenerationComparison | null>(null);
  const [failed, setFailed] = useState<ErrorCode | null>(null);
  const { id } = props.generation;
  useEffect(() => {
    const controller = new AbortController();
    engine.call('generations.compare', { generationId: id }, controller.signal).then(setFound, (error: unknown) => { if (!controller.signal.aborted) setFailed(codeOf(error)); });
    return () => controller.abort();
  }, [engine, id]);
  return (
    <Dialog title={t.generations.result.title(props.title)} onClose={props.onClose} wide>
      <Spinner active={found === null && failed === null} label={t.generations.comparing} />
      {failed === null ? null : <p className="note bad" role="alert">{t.errors[failed]}</p>}
      {found === null ? null : <Comparison found={found} title={props.title} />}
    </Dialog>
  );
}

function Comparison(props: { readonly found: GenerationComparison; readonly title: string }): ReactNode {
  const { found, title } = props;
  const { t, f } = useWords();
  const r = t.generations.result;
  if (found.questions === 0) return <p>{r.none}</p>;
  const names = (files: readonly string[]): ReactNode => files.map((name, place) => <div key={place}><bdi>{visibleText(name)}</bdi></div>);
  return (
    <>
      <p className="hint">{r.on(found.questions, found.files, found.ofFiles)}</p>
      <table className="comparison">
        <thead><tr><td /><th scope="col">{r.present}</th><th scope="col"><bdi>{title}</bdi></th></tr></thead>
        <tbody>
          <tr><th scope="row">{r.first}</th><td>{f.percent(found.answeringFirst)}</td><td>{f.percent(found.candidateFirst)}</td></tr>
          <tr><th scope="row">{r.topTen}</th><td>{f.percent(found.answeringTopTen)}</td><td>{f.percent(found.candidateTopTen)}</td></tr>
        </tbody>
      </table>
      <p>{r.overlap(found.overlap)}</p>
      {found.examples.length === 0 ? null : (
        <>
          <h3>{r.examples}</h3>
          <table className="comparison">
            <thead><tr><th scope="col">{r.question}</th><th scope="col">{r.present}</th><th scope="col">{r.candidate}</th></tr></thead>
            <tbody>
              {found.examples.map((example) => (
                <tr key={example.question}><th scope="row" dir="auto">{visibleText(example.question)}</th><td>{names(example.answering)}</td><td>{names(example.candidate)}</td></tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </>
  );
}
