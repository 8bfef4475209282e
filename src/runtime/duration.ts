/** Milliseconds per unit of a duration. */
export const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a whole number with a unit (`500ms`, `2m`); 0 for other text. */
export function parseDuration(text: string): number {
  const match = /^(\d+)(ms|s|m|h)$/.exec(text);
  return Number(match?.[1] ?? 0) * (UNIT_MS[match?.[2] ?? 's'] ?? 1000);
}
