import { IGNORE_ANNOTATION, IGNORE_UNTIL_ANNOTATION } from '../model/annotations.ts';
import type { Service } from '../model/service.ts';

/** In milliseconds. Exemptions end at the end of a UTC day. */
export const DAY_MS = 24 * 3600 * 1000;

/** Twice the ids of all rules. A review reads the annotation once per rule. */
export const MAX_IGNORE_CHARS = 2048;

/** The rules a Service opts out of: ids, or `*`. */
export interface Exemption {
  readonly rules: readonly string[];
  /** Why the exemption is invalid, `null` if it is valid. */
  readonly invalidBecause: string | null;
}

/** The exemption in a Service's annotations, or `null`. It includes the day in ignore-until. `now` in milliseconds. */
export function exemptionOf(service: Service, now: number): Exemption | null {
  const annotation = service.annotations[IGNORE_ANNOTATION];
  if (annotation === undefined) return null;
  if (annotation.length > MAX_IGNORE_CHARS)
    return { rules: [], invalidBecause: `${IGNORE_ANNOTATION} is longer than ${MAX_IGNORE_CHARS} characters` };
  const rules = annotation
    .split(',')
    .map(rule => rule.trim())
    .filter(Boolean);
  if (rules.length === 0) return null;
  const until = service.annotations[IGNORE_UNTIL_ANNOTATION];
  if (until === undefined) return { rules, invalidBecause: null };
  const end = /^\d{4}-\d{2}-\d{2}$/.test(until) ? Date.parse(`${until}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(end)) return { rules, invalidBecause: `${IGNORE_UNTIL_ANNOTATION} is not a date like 2027-01-31` };
  return { rules, invalidBecause: now >= end + DAY_MS ? `it ended on ${until}` : null };
}

export function isExempt(exemption: Exemption | null, ruleId: string): boolean {
  return (
    exemption !== null &&
    exemption.invalidBecause === null &&
    exemption.rules.some(rule => rule === '*' || rule === ruleId)
  );
}
