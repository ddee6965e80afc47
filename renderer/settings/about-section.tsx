/** What runs here: version, model, device, disk. For curiosity and for bug reports. */

import { useEffect, useState, type ReactNode } from 'react';
import type { EngineInfo } from '../../src/contract/model.ts';
import { usePage, useStore, useWords } from '../page-context.ts';

export function AboutSection(props: { readonly model: string }): ReactNode {
  const { t, f } = useWords();
  const { engine, index } = usePage();
  const { status } = useStore(index);
  const [info, setInfo] = useState<EngineInfo | null>(null);
  useEffect(() => {
    let wanted = true;
    engine.call('engine.info', undefined).then(
      (found) => { if (wanted) setInfo(found); },
      // The banner tells of a lost connection; the facts are shown as unknown.
      () => { if (wanted) setInfo(null); },
    );
    return () => { wanted = false; };
  }, [engine]);
  const s = t.settings;
  const unknown = t.common.unknown;
  const rows: readonly (readonly [string, string])[] = [
    [s.model, status === null ? props.model : `${s.modelLine(status.model.id, status.model.dimension)} (${status.model.device})`],
    [s.diskUse, status === null ? unknown : s.diskLine(f.bytes(status.disk.catalogBytes), f.bytes(status.disk.vectorBytes))],
    [s.version, info?.version ?? unknown],
    [s.runtime, info?.runtime ?? unknown],
    [s.dataDirectory, info?.dataDirectory ?? unknown],
  ];
  return (
    <section className="card" aria-labelledby="set-about">
      <h2 id="set-about">{s.about}</h2>
      <dl className="facts">{rows.map(([name, value]) => <div key={name}><dt>{name}</dt><dd><bdi>{value}</bdi></dd></div>)}</dl>
      <p className="hint">{s.modelHint}</p>
    </section>
  );
}
