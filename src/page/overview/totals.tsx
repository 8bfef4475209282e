import { percent } from '../picture/words.ts';
import type { Facets, Filter, IndexedRow } from './filter.ts';
import { EVERYTHING } from './filter.ts';

interface TotalsProps {
  readonly rows: readonly IndexedRow[];
  readonly facets: Facets;
  readonly filter: Filter;
  onFilter(filter: Filter): void;
}

/** The numbers that matter, each of them a filter. */
export function Totals({ rows, facets, filter, onFilter }: TotalsProps) {
  const { levels, losing } = facets;
  const shares = rows.flatMap(({ row }) => row.inZone ?? []);
  const mean = shares.length > 0 ? shares.reduce((sum, share) => sum + share, 0) / shares.length : null;
  const set = (part: Partial<Filter>) => () => onFilter({ ...EVERYTHING, ...part });
  const isAll = filter.level === 'any' && !filter.losing;
  return (
    <div class="totals">
      <Total value={levels.any} label="Services" pressed={isAll} onPress={set({})} />
      <Total value={losing} label="lose traffic" tone="bad" pressed={filter.losing} onPress={set({ losing: true })} />
      {levels.deny > 0 && (
        <Total
          value={levels.deny}
          label="with denials"
          tone="bad"
          pressed={filter.level === 'deny'}
          onPress={set({ level: 'deny' })}
        />
      )}
      <Total
        value={levels.warn}
        label="with warnings"
        tone="warn"
        pressed={filter.level === 'warn'}
        onPress={set({ level: 'warn' })}
      />
      <Total
        value={levels.none}
        label="without findings"
        pressed={filter.level === 'none'}
        onPress={set({ level: 'none' })}
      />
      {mean !== null && (
        <p class="total total--plain">
          <span class="total-value">{percent(mean)}</span>
          <span class="total-label">stays in its zone, on average</span>
        </p>
      )}
    </div>
  );
}

interface TotalProps {
  readonly value: number;
  readonly label: string;
  readonly tone?: 'bad' | 'warn';
  readonly pressed: boolean;
  onPress(): void;
}

function Total({ value, label, tone, pressed, onPress }: TotalProps) {
  const colour = tone && value > 0 ? `total--${tone}` : '';
  return (
    <button type="button" class={`total ${colour}`} aria-pressed={pressed} onClick={onPress}>
      <span class="total-value">{value.toLocaleString('en')}</span>
      <span class="total-label">{label}</span>
    </button>
  );
}
