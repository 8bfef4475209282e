import type { NameList } from './finding.ts';

/** The first names as a text: `a, b and 3 more`. */
export function firstNames(names: NameList, most: number): string {
  return namesOf(names.slice(0, most), names.length);
}

/** As `firstNames`, if only the first of `count` names are known. */
export function namesOf(first: readonly string[], count: number): string {
  const shown = first.join(', ');
  return count > first.length ? `${shown} and ${count - first.length} more` : shown;
}
