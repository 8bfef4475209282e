import type { Advice } from '../../../engine/advice/advice.ts';
import { type AdviceRow, adviceRows, type Shown } from '../../../report/advice/rows.ts';
import { formatLocation, serviceLocation } from '../page-location.ts';
import { withEdits } from '../what-if/choices.ts';
import { NO_CHANGES, type Scenario, withClusterScenario } from '../what-if/scenario.ts';

/** The rows under one label. */
export interface RowGroup {
  readonly label: string;
  readonly rows: readonly AdviceRow[];
}

export interface GroupedAdvice {
  readonly head: string;
  /** The advised setting and its figures, or why there is none. */
  readonly main: readonly RowGroup[];
  /** Other settings, other workloads, assumptions. */
  readonly others: readonly RowGroup[];
}

const OTHERS = ['not advised', 'better with', 'assumed'];

/** The lines of the advice as the command has them, by label. The commands that check it are left out: the page shows it. */
export function groupAdvice(advice: Advice, workloadsUnknownBecause: string | null): GroupedAdvice {
  const { head, rows } = adviceRows(advice, { clusterFlags: [] });
  const groups: { readonly label: string; readonly rows: AdviceRow[] }[] = [];
  for (const row of rows.filter(({ kind }) => kind !== 'check')) {
    const last = groups.at(-1);
    if (last && (row.label === '' || row.label === last.label)) last.rows.push(row);
    else groups.push({ label: row.label, rows: [row] });
  }
  const missing = groups.find(({ label }) => label === 'missing');
  if (workloadsUnknownBecause !== null) {
    missing?.rows.push({ kind: 'text', label: '', text: workloadsUnknownBecause, shows: null });
  }
  const isOther = ({ label }: RowGroup) => OTHERS.includes(label);
  return { head, main: groups.filter(group => !isOther(group)), others: groups.filter(isOther) };
}

/** The scenario in which the page shows it; `null` if the what-if panel has no control for one of its changes. */
export function shownScenario({ edits, scenarios }: Shown): Scenario | null {
  const edited = withEdits(NO_CHANGES, edits);
  return edited && scenarios.reduce(withClusterScenario, edited);
}

export function isSameScenario(a: Scenario, b: Scenario): boolean {
  const text = (scenario: Scenario) => formatLocation({ ...serviceLocation('', ''), scenario });
  return text(a) === text(b);
}
