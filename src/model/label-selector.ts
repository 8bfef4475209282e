export type Requirement =
  | { readonly key: string; readonly operator: 'in' | 'notin'; readonly values: readonly string[] }
  | { readonly key: string; readonly operator: 'exists' | 'absent' };

export type LabelSelector = readonly Requirement[];

/** More would make matching every node against it slow. */
export const MAX_SELECTOR_CHARS = 2048;
/** Every character is a blank or part of exactly one token, so this takes linear time. */
const TOKEN = /[^ \t\r\n=!(),<>]+|[=!]=|[=!(),<>]/g;
const KEY = /^(?:[a-z0-9.-]{1,253}\/)?[A-Za-z0-9](?:[-\w.]{0,61}[A-Za-z0-9])?$/;
const VALUE = /^(?:[A-Za-z0-9](?:[-\w.]{0,61}[A-Za-z0-9])?)?$/;

/**
 * Parses a label selector in kubectl's syntax: `pool=web,zone in (a, b),!spot`. Returns `null` for any other text. The
 * empty text selects everything.
 */
export function parseLabelSelector(text: string): LabelSelector | null {
  const parsed = parse(text);
  return typeof parsed === 'string' ? null : parsed;
}

/** Why the text is not a label selector; `null` if it is one. */
export function labelSelectorError(text: string): string | null {
  const parsed = parse(text);
  return typeof parsed === 'string' ? parsed : null;
}

/** The selector, or an error text (k8s.io/apimachinery pkg/labels/selector.go, v0.37.1, without `<` and `>`). */
function parse(text: string): LabelSelector | string {
  if (text.length > MAX_SELECTOR_CHARS) return `it is longer than ${MAX_SELECTOR_CHARS} characters`;
  const tokens = new TokenReader(text.match(TOKEN) ?? []);
  const selector: Requirement[] = [];
  while (tokens.peek() !== END || selector.length > 0) {
    const requirement = parseRequirement(tokens);
    if (typeof requirement === 'string') return requirement;
    selector.push(requirement);
    if (tokens.peek() === END) break;
    if (tokens.next() !== ',') return tokens.unexpected('a comma');
  }
  return selector;
}

const END = '';

class TokenReader {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  peek(): string {
    return this.#tokens[this.#at] ?? END;
  }

  next(): string {
    return this.#tokens[this.#at++] ?? END;
  }

  /** The error for the token that was read last. */
  unexpected(expected: string): string {
    const found = this.#tokens[this.#at - 1];
    return `expected ${expected}, found ${found === undefined ? 'the end' : `"${found}"`}`;
  }
}

function parseRequirement(tokens: TokenReader): Requirement | string {
  const isNegated = tokens.peek() === '!';
  if (isNegated) tokens.next();
  const key = tokens.next();
  if (!KEY.test(key)) return tokens.unexpected('a label key');
  if (isNegated) return { key, operator: 'absent' };
  switch (tokens.peek()) {
    case END:
    case ',':
      return { key, operator: 'exists' };
    case '=':
    case '==':
    case '!=':
      return parseEquality(key, tokens);
    case 'in':
    case 'notin':
      return parseSet(key, tokens);
    default:
      tokens.next();
      return tokens.unexpected('=, ==, !=, in, notin or a comma');
  }
}

function parseEquality(key: string, tokens: TokenReader): Requirement | string {
  const operator = tokens.next() === '!=' ? 'notin' : 'in';
  const value = isValueNext(tokens) ? tokens.next() : '';
  return VALUE.test(value) ? { key, operator, values: [value] } : tokens.unexpected('a label value');
}

function parseSet(key: string, tokens: TokenReader): Requirement | string {
  const operator = tokens.next() === 'in' ? 'in' : 'notin';
  if (tokens.next() !== '(') return tokens.unexpected('(');
  const values: string[] = [];
  for (;;) {
    const value = isValueNext(tokens) ? tokens.next() : '';
    if (!VALUE.test(value)) return tokens.unexpected('a label value');
    values.push(value);
    const separator = tokens.next();
    if (separator === ')') return { key, operator, values };
    if (separator !== ',') return tokens.unexpected('a comma or )');
  }
}

/** False at a separator: the value is then empty. */
function isValueNext(tokens: TokenReader): boolean {
  return ![END, ',', ')'].includes(tokens.peek());
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

/** As kubectl writes it. */
export function formatLabelSelector(selector: LabelSelector): string {
  return selector
    .map(requirement => {
      switch (requirement.operator) {
        case 'in':
          return requirement.values.length === 1
            ? `${requirement.key}=${requirement.values[0]}`
            : `${requirement.key} in (${requirement.values.join(',')})`;
        case 'notin':
          return `${requirement.key} notin (${requirement.values.join(',')})`;
        case 'exists':
          return requirement.key;
        case 'absent':
          return `!${requirement.key}`;
        default:
          return requirement satisfies never;
      }
    })
    .join(',');
}
