import { parseLabelSelector } from '../../model/label-selector.ts';

/** The labels that every Pod of a Scale has, by its `status.selector` in text form. An unreadable one tells none. */
export function labelsOfSelector(text: string): Readonly<Record<string, string>> {
  const selector = parseLabelSelector(text) ?? [];
  const equal = selector.flatMap(requirement =>
    requirement.operator === 'in' && requirement.values.length === 1
      ? [[requirement.key, requirement.values[0] ?? ''] as const]
      : [],
  );
  return Object.fromEntries(equal);
}
