import { IGNORE_ANNOTATION, IGNORE_UNTIL_ANNOTATION } from '../model/annotations.ts';
import type { Service } from '../model/service.ts';

/** In milliseconds. An exemption ends with a day of UTC. */
export const DAY = 24 * 3600 * 1000;

/** What a Service opts out of: rule ids, or `*`. */
export interface Exemption {
  readonly rules: readonly string[];
  /** Why it no longer counts, `null` while it does. */
  readonly void: string | null;
}

/** The exemption a Service asks for, `null` when it asks for none. The day named in ignore-until is still covered. */
export function exemptionOf(service: Service, now: number): Exemption | null {
  const asked = service.annotations[IGNORE_ANNOTATION];
  if (asked === undefined) return null;
  const rules = asked
    .split(',')
    .map(rule => rule.trim())
    .filter(Boolean);
  if (rules.length === 0) return null;
  const until = service.annotations[IGNORE_UNTIL_ANNOTATION];
  if (until === undefined) return { rules, void: null };
  const end = /^\d{4}-\d{2}-\d{2}$/.test(until) ? Date.parse(`${until}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(end)) return { rules, void: `${IGNORE_UNTIL_ANNOTATION} is no date like 2027-01-31` };
  return { rules, void: now >= end + DAY ? `it ended on ${until}` : null };
}

export function exempts(exemption: Exemption | null, ruleId: string): boolean {
  return exemption !== null && exemption.void === null && exemption.rules.some(rule => rule === '*' || rule === ruleId);
}
