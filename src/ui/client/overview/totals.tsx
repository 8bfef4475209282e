import { percent } from '../../../report/percent.ts';
import { type Filter, type LevelChoice, NO_FILTER } from './filter.ts';
import type { Facets } from './prepare.ts';

interface TotalsProps {
  readonly facets: Facets;
  readonly filter: Filter;
  onFilter(filter: Filter): void;
}

/** Key figures; each one is a filter. */
export function Totals({ facets, filter, onFilter }: TotalsProps) {
  const { levels, losing, inZone } = facets;
  const isAll = filter.level === 'any' && !filter.onlyLosing;
  const of = (level: LevelChoice) => ({ value: levels[level], pressed: filter.level === level, sets: { level } });
  const totals: readonly TotalProps[] = [
    { label: 'Services', value: levels.any, pressed: isAll, sets: {} },
    { label: 'lose traffic', tone: 'bad', value: losing, pressed: filter.onlyLosing, sets: { onlyLosing: true } },
    ...(levels.deny > 0 ? [{ label: 'with level deny', tone: 'bad', ...of('deny') } as const] : []),
    { label: 'with level warn', tone: 'warn', ...of('warn') },
    { label: 'without findings', ...of('none') },
  ];
  return (
    <div class="totals">
      {totals.map(({ label, tone, value, pressed, sets }) => (
        <button
          key={label}
          type="button"
          class={`total ${tone && value > 0 ? `total--${tone}` : ''}`}
          aria-pressed={pressed}
          onClick={() => onFilter({ ...NO_FILTER, ...sets })}
        >
          <span class="total-value">{value.toLocaleString('en')}</span>
          <span class="total-label">{label}</span>
        </button>
      ))}
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
  readonly label: string;
  readonly tone?: 'bad' | 'warn';
  readonly value: number;
  readonly pressed: boolean;
  /** The filter that it selects. */
  readonly sets: Partial<Filter>;
}
