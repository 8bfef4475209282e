type Attributes = Readonly<Record<string, string | number | null>>;

/** Renders an element without its `null` attributes. The children are rendered elements. */
export function element(name: string, attributes: Attributes, children: readonly string[] = []): string {
  const head = Object.entries(attributes)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => ` ${key}="${escaped(String(value))}"`)
    .join('');
  if (children.length === 0) return `<${name}${head}/>`;
  const inner = children.join('\n');
  return inner.startsWith('<') ? `<${name}${head}>\n${inner}\n</${name}>` : `<${name}${head}>${inner}</${name}>`;
}

/** Character data. */
export function text(value: string): string {
  return escaped(value, /[<>&]/g);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
  // A parser reads the characters themselves as blanks.
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
};

/** Characters that XML 1.0 excludes (2.2, Char): most control characters, lone surrogates, U+FFFE and U+FFFF. */
const IMPOSSIBLE = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

function escaped(value: string, special = /[<>&"\n\r\t]/g): string {
  return value.replace(IMPOSSIBLE, '\uFFFD').replace(special, char => ENTITIES[char] ?? char);
}
