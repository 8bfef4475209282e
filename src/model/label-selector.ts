export type Requirement =
  | { readonly key: string; readonly operator: 'in' | 'notin'; readonly values: readonly string[] }
  | { readonly key: string; readonly operator: 'exists' | 'absent' };

export type LabelSelector = readonly Requirement[];

const SET = /^([^\s!=,()]+)\s+(in|notin)\s*\(([^()]*)\)$/;
const EQUALS = /^([^\s!=,()]+)\s*(==|=|!=)\s*([^\s!=,()]*)$/;
const EXISTS = /^(!?)\s*([^\s!=,()]+)$/;

/**
 * Parses a label selector in kubectl's syntax: `pool=web,zone in (a, b),!spot`. Returns `null` for any other text. The
 * empty text selects everything.
 */
export function parseLabelSelector(text: string): LabelSelector | null {
  if (text.trim() === '') return [];
  const requirements = text.split(/,(?![^(]*\))/).map(part => parseRequirement(part.trim()));
  return requirements.every(requirement => requirement !== null) ? requirements : null;
}

function parseRequirement(text: string): Requirement | null {
  const set = SET.exec(text);
  if (set?.[1]) {
    const values = (set[3] ?? '').split(',').map(value => value.trim());
    return { key: set[1], operator: set[2] === 'in' ? 'in' : 'notin', values };
  }
  const equals = EQUALS.exec(text);
  if (equals?.[1]) {
    return { key: equals[1], operator: equals[2] === '!=' ? 'notin' : 'in', values: [equals[3] ?? ''] };
  }
  const exists = EXISTS.exec(text);
  return exists?.[2] ? { key: exists[2], operator: exists[1] === '!' ? 'absent' : 'exists' } : null;
}

export function matchesSelector(selector: LabelSelector, labels: Readonly<Record<string, string>>): boolean {
  return selector.every(requirement => {
    const value = labels[requirement.key];
    switch (requirement.operator) {
      case 'in':
        return value !== undefined && requirement.values.includes(value);
      case 'notin':
        return value === undefined || !requirement.values.includes(value);
      case 'exists':
        return value !== undefined;
      case 'absent':
        return value === undefined;
      default:
        return requirement satisfies never;
    }
  });
}
