/** A share (0 to 1) in whole percent; a little is not 0 %, and nearly all is not 100 %. */
export function percent(share: number): string {
  const exact = exactPercent(share);
  return percentText(exact, Math.round(exact));
}

/**
 * `percent` for shares of one whole: what it returns for them never adds up to more than 100 %. If rounding does, those
 * that it raises the most are rounded down. Equal shares stay equal.
 */
export function percentOfGroup(shares: readonly number[]): (share: number) => string {
  const counts = new Map<number, number>();
  for (const exact of shares.map(exactPercent)) counts.set(exact, (counts.get(exact) ?? 0) + 1);
  let total = 0;
  for (const [exact, count] of counts) total += count * shownPercent(exact);
  const raised = [...counts].filter(([exact]) => shownPercent(exact) > exact);
  raised.sort(([a], [b]) => (a % 1) - (b % 1));
  const lowered = new Set<number>();
  for (const [exact, count] of raised) {
    if (total <= 100) break;
    lowered.add(exact);
    total -= count;
  }
  return share => {
    const exact = exactPercent(share);
    return percentText(exact, lowered.has(exact) ? Math.floor(exact) : Math.round(exact));
  };
}

/** Without the rounding errors of sums, which would tell equal shares apart. A little stays above zero. */
function exactPercent(share: number): number {
  return share > 0 ? Math.max(1, Math.round(share * 1e9)) / 1e7 : 0;
}

function percentText(exact: number, rounded: number): string {
  if (exact > 0 && rounded === 0) return '<1 %';
  return isNearlyAll(exact) ? '>99 %' : `${rounded} %`;
}

/** The number in the text. */
function shownPercent(exact: number): number {
  return isNearlyAll(exact) ? 99 : Math.round(exact);
}

function isNearlyAll(exact: number): boolean {
  return exact >= 99.5 && exact < 100;
}
