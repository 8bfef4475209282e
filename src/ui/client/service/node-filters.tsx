import { pluralText } from '../diagram/text.ts';
import type { NodeFilter } from './node-rows.ts';

interface NodeFiltersProps {
  readonly filter: NodeFilter;
  readonly shown: number;
  readonly rows: number;
  onFilter(filter: NodeFilter): void;
}

export function NodeFilters({ filter, shown, rows, onFilter }: NodeFiltersProps) {
  return (
    <div class="filters">
      <label class="field">
        <span class="field-label">Search</span>
        <input
          type="search"
          placeholder="Name or zone"
          value={filter.text}
          autocomplete="off"
          spellcheck={false}
          onInput={event => onFilter({ ...filter, text: event.currentTarget.value })}
        />
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={filter.losing}
          onChange={event => onFilter({ ...filter, losing: event.currentTarget.checked })}
        />
        Only those losing traffic
      </label>
      <p class="count" aria-live="polite">
        {shown === rows ? pluralText(rows, 'node') : `${shown.toLocaleString('en')} of ${pluralText(rows, 'node')}`}
      </p>
    </div>
  );
}
