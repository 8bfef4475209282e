/** Characters that move the cursor, change colours, reverse text or cannot be seen, and line breaks. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Untrusted text as one line without terminal effects: other characters are escaped as in JSON: `\n`, `\u001b`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escapeUnits);
}

const mapped = new WeakMap<object, unknown>();

/** Data with all its texts printable. Instances of classes stay as they are. */
export function printableValues<T>(value: T): T {
  return mapValue(value) as T;
}

function mapValue(value: unknown): unknown {
  if (typeof value === 'string') return printable(value);
  if (typeof value !== 'object' || value === null) return value;
  const known = mapped.get(value);
  if (known) return known;
  const result = mapParts(value);
  mapped.set(value, result);
  return result;
}

function mapParts(value: object): unknown {
  if (Array.isArray(value)) return value.map(mapValue);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [printable(key), mapValue(item)]));
}

/** Line breaks and tabs structure an output; other control characters and reversed text never belong to it. */
const UNSAFE = /(?!\r\n)[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character of terminals
const COLOUR = /\u001b\[[\d;]{0,20}m/g;
/** Commands of GitHub Actions (`::error::`, `##[error]`) and Azure Pipelines (`##vso[`). */
const WORKFLOW_COMMAND = /^[ \t]*::|##(?=\w{0,20}\[)/gm;

/**
 * Any output of zonewise as it may reach a terminal or the log of a CI system, whatever names it contains. JSON keeps its
 * meaning, as escapes have JSON's form.
 */
export function safeOutput(text: string, { colour }: { readonly colour: boolean }): string {
  const safe = (part: string) =>
    part
      .replace(UNSAFE, char => (char === '\n' || char === '\t' ? char : escapeUnits(char)))
      .replace(WORKFLOW_COMMAND, found => found.slice(0, -1) + escapeUnits(found.slice(-1)));
  if (!colour) return safe(text);
  const colours = text.match(COLOUR) ?? [];
  return text
    .split(COLOUR)
    .map((part, i) => safe(part) + (colours[i] ?? ''))
    .join('');
}

/** As JSON writes them. */
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\b', '\\b'],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\f', '\\f'],
  ['\r', '\\r'],
]);

function escapeUnits(text: string): string {
  return text
    .split('')
    .map(unit => ESCAPES.get(unit) ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
