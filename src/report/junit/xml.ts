type Attributes = Readonly<Record<string, string | number | null>>;

/** An element whose attributes of value `null` are left out; the children are elements already. */
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
  // Else a parser reads them as blanks.
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
};

/** What XML 1.0 cannot hold in any spelling (2.2, Char): most control characters, lone surrogates, U+FFFE and U+FFFF. */
const IMPOSSIBLE = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

function escaped(value: string, special = /[<>&"\n\r\t]/g): string {
  return value.replace(IMPOSSIBLE, '\uFFFD').replace(special, char => ENTITIES[char] ?? char);
}
