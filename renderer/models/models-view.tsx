/** Which models there are, and bringing them to this machine. Choosing one, and the vectors it makes, are a part of their own (`children`). */

import { useState, type ReactNode } from 'react';
import type { ModelListing, ModelsStatus } from '../../src/contract/models.ts';
import { useAction, usePage, useWords } from '../page-context.ts';
import { FolderDialog } from '../roots/folder-dialog.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Icon } from '../ui/icon.tsx';
import { Spinner } from '../ui/spinner.tsx';
import { visibleText } from '../ui/visible-text.ts';
import { ModelCard } from './model-card.tsx';
import { NetworkPart } from './network-part.tsx';
import { useModels } from './use-models.ts';

/** `children`: shown between the introduction and the list. */
export function ModelsView(props: { readonly children?: (status: ModelsStatus) => ReactNode }): ReactNode {
  const { t } = useWords();
  const { engine } = usePage();
  const act = useAction();
  const status = useModels();
  const [removing, setRemoving] = useState<ModelListing | null>(null);
  const m = t.models;
  if (status === null) return <div className="page-column"><h1>{m.title}</h1><Spinner active label={t.common.loading} /></div>;
  const answering = status.generations.find(({ state }) => state === 'answering')?.modelId;
  const section = (task: ModelListing['task'], heading: string): ReactNode => (
    <section aria-labelledby={`models-${task}`}>
      <h2 id={`models-${task}`}>{heading}</h2>
      <ul className="cards">
        {status.models.filter((model) => model.task === task).map((model) => <ModelCard key={model.id} model={model} answers={model.id === answering} onRemove={() => setRemoving(model)} />)}
      </ul>
    </section>
  );
  const remove = (model: ModelListing): void => {
    setRemoving(null);
    void act(() => engine.call('models.remove', { id: model.id }), m.removed(model.title));
  };
  return (
    <div className="page-column models-view">
      <header className="view-head">
        <div><h1>{m.title}</h1><p className="lead">{m.intro} {m.local}</p></div>
        <ImportButton />
      </header>
      {props.children?.(status)}
      {section('embedding', m.embedding)}
      {section('reranking', m.reranking)}
      <NetworkPart />
      {removing === null ? null : (
        <Dialog title={m.confirm.title(visibleText(removing.title))} onClose={() => setRemoving(null)}>
          <p>{m.confirm.body(removing.installed?.bytes ?? 0)}</p>
          <footer className="dialog-foot">
            <button type="button" onClick={() => setRemoving(null)}>{t.common.cancel}</button>
            <button type="button" className="danger solid" onClick={() => remove(removing)}>{m.confirm.yes}</button>
          </footer>
        </Dialog>
      )}
    </div>
  );
}

function ImportButton(): ReactNode {
  const { t } = useWords();
  const { engine, host, notices } = usePage();
  const act = useAction();
  const [choosing, setChoosing] = useState(false);
  const [bringing, setBringing] = useState(false);
  const m = t.models;
  const bring = async (path: string): Promise<boolean> => {
    setBringing(true);
    const done = await act(async () => {
      const { title, installed } = await engine.call('models.import', { path });
      const good = installed?.check?.passed !== false;
      notices.dispatch({ type: 'said', text: good ? m.brought(visibleText(title)) : m.installedBad(visibleText(title)), tone: good ? 'good' : 'bad' });
    });
    setBringing(false);
    return done;
  };
  const choose = (): void => {
    const native = host.chooseFolder;
    if (native === null) return setChoosing(true);
    void act(async () => {
      const path = await native();
      if (path !== null) await bring(path);
    });
  };
  return (
    <div className="model-import">
      <button type="button" disabled={bringing} onClick={choose}><Icon name="folder" />{bringing ? m.bringing : m.bring}</button>
      <p className="hint">{m.bringHint}</p>
      {choosing ? <FolderDialog title={m.bringTitle} choose={m.bringChoose} onChoose={bring} onClose={() => setChoosing(false)} /> : null}
    </div>
  );
}
