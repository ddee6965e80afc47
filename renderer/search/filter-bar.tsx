/** The filter chips. They fill in the same Filters as the query language does; what the text has set is shown in them too. */

import type { ReactNode } from 'react';
import type { FileKind, Filters } from '../../src/contract/model.ts';
import { usePage, useStore, useWords } from '../page-context.ts';
import { AGES, hasFilters, modifiedAfter, SIZE_BANDS, sizeBandOf, ageOf, toggled, withoutField, type SizeBand } from '../state/filters.ts';
import { nameOf } from '../ui/path-parts.ts';
import { visibleText } from '../ui/visible-text.ts';
import { chosenInWords } from './chosen-in-words.ts';
import { Choice, FilterMenu } from './filter-menu.tsx';
import { InstructionMenu } from './instruction-menu.tsx';

const KINDS: readonly FileKind[] = ['document', 'pdf', 'text', 'markdown', 'code', 'web', 'sheet', 'slides', 'mail', 'book', 'image', 'audio', 'video', 'archive', 'data', 'program', 'other'];
const BANDS: readonly SizeBand[] = ['small', 'medium', 'large'];
/** Offered besides those found in the present hits; any other can be typed as `lang:xx`. */
const COMMON_LANGUAGES = ['en', 'zh', 'es', 'fr', 'de', 'ja', 'ko', 'pt', 'ru', 'ar', 'hi', 'it', 'nl', 'pl', 'sv', 'tr', 'uk', 'vi'];

export function FilterBar(): ReactNode {
  const words = useWords();
  const { t, f } = words;
  const { search, index } = usePage();
  const { filters, hits, update } = useStore(search);
  const roots = useStore(index).status?.roots ?? [];
  const set = (next: Filters): void => search.dispatch({ type: 'filtered', filters: next });
  const typed = update?.understood.filters ?? {};
  const chosen = chosenInWords(words, filters, typed, roots, Date.now());
  const found = hits.map((hit) => hit.language).filter((language) => language !== null);
  const languages = [...new Set([...(filters.languages ?? []), ...found, ...COMMON_LANGUAGES])];
  const band = sizeBandOf(filters);
  const age = ageOf(filters.modifiedAfterMs, Date.now());
  return (
    <div className="filter-bar" role="group" aria-label={t.filters.label}>
      <FilterMenu label={t.filters.kinds} chosen={chosen.kinds}>
        <div className="choices two-columns">
          {KINDS.map((kind) => (
            <Choice key={kind} type="checkbox" group="kind" checked={filters.kinds?.includes(kind) === true} onChange={() => set({ ...filters, kinds: toggled(filters.kinds, kind) })}>{t.kinds[kind]}</Choice>
          ))}
        </div>
      </FilterMenu>
      {roots.length === 0 ? null : (
        <FilterMenu label={t.filters.folders} chosen={chosen.folders}>
          <div className="choices">
            {roots.map((root) => (
              <Choice key={root.id} type="checkbox" group="folder" checked={filters.rootIds?.includes(root.id) === true} onChange={() => set({ ...filters, rootIds: toggled(filters.rootIds, root.id) })}>
                <bdi title={visibleText(root.path)}>{visibleText(nameOf(root.path))}</bdi>
              </Choice>
            ))}
          </div>
        </FilterMenu>
      )}
      <FilterMenu label={t.filters.modified} chosen={chosen.modified} closeOnChoice>
        <div className="choices">
          <Choice type="radio" group="modified" checked={age === null} onChange={() => set(withoutField(filters, 'modified'))}>{t.filters.anyTime}</Choice>
          {AGES.map((each) => (
            <Choice key={each} type="radio" group="modified" checked={age === each} onChange={() => set({ ...withoutField(filters, 'modified'), modifiedAfterMs: modifiedAfter(each, Date.now()) })}>{t.filters.ages[each]}</Choice>
          ))}
        </div>
      </FilterMenu>
      <FilterMenu label={t.filters.languages} chosen={chosen.languages}>
        <div className="choices two-columns">
          {languages.map((code) => (
            <Choice key={code} type="checkbox" group="language" checked={filters.languages?.includes(code) === true} onChange={() => set({ ...filters, languages: toggled(filters.languages, code) })}>{f.language(code)}</Choice>
          ))}
        </div>
      </FilterMenu>
      <FilterMenu label={t.filters.size} chosen={chosen.size} closeOnChoice>
        <div className="choices">
          <Choice type="radio" group="size" checked={band === null} onChange={() => set(withoutField(filters, 'size'))}>{t.filters.anySize}</Choice>
          {BANDS.map((each) => (
            <Choice key={each} type="radio" group="size" checked={band === each} onChange={() => set({ ...withoutField(filters, 'size'), ...SIZE_BANDS[each] })}>{t.filters.sizes[each]}</Choice>
          ))}
        </div>
      </FilterMenu>
      <InstructionMenu />
      {hasFilters(filters) ? <button type="button" className="link" onClick={() => set({})}>{t.filters.clear}</button> : null}
    </div>
  );
}
