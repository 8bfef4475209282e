import type { Filter, LevelChoice } from './filter.ts';
import { LEVEL_CHOICES, NO_FILTER } from './filter.ts';
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
      <label class="field field--grow">
        <span class="field-label">Search</span>
        <input
          type="search"
          placeholder="Name, namespace or type"
          value={text}
          autocomplete="off"
          spellcheck={false}
          onInput={event => set({ text: event.currentTarget.value })}
        />
      </label>
      <Select
        label="Namespace"
        all="All namespaces"
        value={namespace}
        options={facets.namespaces}
        onSelect={value => set({ namespace: value })}
      />
      <Select
        label="Rule"
        all="All rules"
        value={rule}
        options={facets.rules}
        onSelect={value => set({ rule: value })}
      />
      <label class="field">
        <span class="field-label">Level</span>
        <select
          value={level}
          onChange={event => {
            const chosen = LEVEL_CHOICES.find(choice => choice === event.currentTarget.value);
            if (chosen) set({ level: chosen });
          }}
        >
          {LEVEL_CHOICES.map(choice => (
            <option key={choice} value={choice}>
              {LEVEL_NAMES[choice]} ({facets.levels[choice].toLocaleString('en')})
            </option>
          ))}
        </select>
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={onlyLosing}
          onChange={event => set({ onlyLosing: event.currentTarget.checked })}
        />
        Only those losing traffic
      </label>
      <button type="button" class="button" disabled={!isFiltered} onClick={() => onFilter(NO_FILTER)}>
        Clear
      </button>
    </search>
  );
}

interface SelectProps {
  readonly label: string;
  readonly all: string;
  readonly value: string;
  readonly options: readonly (readonly [name: string, services: number])[];
  onSelect(value: string): void;
}

function Select({ label, all, value, options, onSelect }: SelectProps) {
  const isKnown = value === '' || options.some(([name]) => name === value);
  return (
    <label class="field">
      <span class="field-label">{label}</span>
      <select value={value} onChange={event => onSelect(event.currentTarget.value)}>
        <option value="">{all}</option>
        {options.map(([name, services]) => (
          <option key={name} value={name}>
            {name} ({services.toLocaleString('en')})
          </option>
        ))}
        {!isKnown && <option value={value}>{value} (0)</option>}
      </select>
    </label>
  );
}
