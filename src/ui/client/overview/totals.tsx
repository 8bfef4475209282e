import { percent } from '../../../report/percent.ts';
import type { Filter } from './filter.ts';
import { NO_FILTER } from './filter.ts';
import type { Facets } from './prepare.ts';

interface TotalsProps {
  readonly facets: Facets;
  readonly filter: Filter;
  onFilter(filter: Filter): void;
}

/** Key figures; each one is a filter. */
export function Totals({ facets, filter, onFilter }: TotalsProps) {
  const { levels, losing, inZone } = facets;
  const set = (part: Partial<Filter>) => () => onFilter({ ...NO_FILTER, ...part });
  const isAll = filter.level === 'any' && !filter.onlyLosing;
  return (
    <div class="totals">
      <Total value={levels.any} label="Services" pressed={isAll} onPress={set({})} />
      <Total
        value={losing}
        label="lose traffic"
        tone="bad"
        pressed={filter.onlyLosing}
        onPress={set({ onlyLosing: true })}
      />
      {levels.deny > 0 && (
        <Total
          value={levels.deny}
          label="with level deny"
          tone="bad"
          pressed={filter.level === 'deny'}
          onPress={set({ level: 'deny' })}
        />
      )}
      <Total
        value={levels.warn}
        label="with level warn"
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
      {inZone !== null && (
        <p class="total total--plain">
          <span class="total-value">{percent(inZone)}</span>
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
