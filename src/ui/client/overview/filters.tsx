import { LosingFilter, SearchField, SelectField } from '../fields.tsx';
import { type Filter, LEVEL_CHOICES, type LevelChoice, NO_FILTER } from './filter.ts';
import type { Facets } from './prepare.ts';

interface FiltersProps {
  readonly facets: Facets;
  readonly filter: Filter;
  onFilter(filter: Filter): void;
}

const LEVEL_NAMES: Readonly<Record<LevelChoice, string>> = {
  any: 'All levels',
  deny: 'Deny',
  warn: 'Warn',
  info: 'Info',
  none: 'No findings',
};

export function Filters({ facets, filter, onFilter }: FiltersProps) {
  const set = (part: Partial<Filter>) => onFilter({ ...filter, ...part });
  const { text, namespace, rule, level, onlyLosing } = filter;
  const isFiltered = text !== '' || namespace !== '' || rule !== '' || level !== NO_FILTER.level || onlyLosing;
  return (
    <search class="filters">
      <SearchField grows placeholder="Name, namespace or type" value={text} onInput={value => set({ text: value })} />
      <SelectField
        label="Namespace"
        value={namespace}
        options={[['', 'All namespaces'], ...counted(facets.namespaces, namespace)]}
        onSelect={value => set({ namespace: value })}
      />
      <SelectField
        label="Rule"
        value={rule}
        options={[['', 'All rules'], ...counted(facets.rules, rule)]}
        onSelect={value => set({ rule: value })}
      />
      <SelectField
        label="Level"
        value={level}
        options={LEVEL_CHOICES.map(choice => [choice, withCount(LEVEL_NAMES[choice], facets.levels[choice])])}
        onSelect={value => set({ level: LEVEL_CHOICES.find(choice => choice === value) ?? level })}
      />
      <LosingFilter checked={onlyLosing} onCheck={checked => set({ onlyLosing: checked })} />
      <button type="button" class="button" disabled={!isFiltered} onClick={() => onFilter(NO_FILTER)}>
        Clear
      </button>
    </search>
  );
}

/** The options with their numbers of Services, and the current value if it is not one of them. */
function counted(facet: Facets['rules'], current: string): readonly (readonly [value: string, text: string])[] {
  const isKnown = current === '' || facet.some(([name]) => name === current);
  const all = isKnown ? facet : [...facet, [current, 0] as const];
  return all.map(([name, services]) => [name, withCount(name, services)]);
}

function withCount(name: string, services: number): string {
  return `${name} (${services.toLocaleString('en')})`;
}
