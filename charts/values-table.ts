import { isMap, isScalar, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml';

interface Row {
  readonly key: string;
  /** As JSON. */
  readonly value: string;
  readonly description: string;
}

/**
 * Renders values.yaml as a Markdown table: one row per value, with the comment above it. A comment above a map of
 * several values gets a separate row.
 */
export function valuesTable(yaml: string): string {
  const contents = parseDocument(yaml).contents;
  if (!isMap(contents)) throw new TypeError('values.yaml holds no map');
  const rows = rowsOf(contents as YAMLMap, '');
  const lines = rows.map(({ key, value, description }) => `| \`${key}\` | ${value} | ${description} |`);
  return ['| value | default | meaning |', '|---|---|---|', ...lines].join('\n');
}

function rowsOf(map: YAMLMap, prefix: string): readonly Row[] {
  return map.items.flatMap((pair, index) => {
    const key = `${prefix}${String(isScalar(pair.key) ? pair.key.value : pair.key)}`;
    // The yaml package attaches the comment above a map's first key to the map.
    const description = commentOf(pair) || (index === 0 ? textOf(map.commentBefore) : '');
    if (!isGroup(pair.value)) return [{ key, value: `\`${JSON.stringify(plain(pair.value))}\``, description }];
    const own = commentOf(pair);
    const heading = own ? [{ key, value: '', description: own }] : [];
    return [...heading, ...rowsOf(pair.value, `${key}.`)];
  });
}

/** A map written over several lines is a group of values; `{}` and `{ a: b }` are values. */
function isGroup(value: unknown): value is YAMLMap {
  return isMap(value) && !value.flow;
}

function commentOf(pair: Pair): string {
  return textOf((pair.key as Node | null)?.commentBefore);
}

function textOf(comment: string | null | undefined): string {
  return (comment ?? '')
    .split('\n')
    .map(line => line.trim())
    .join(' ')
    .replaceAll('|', '\\|')
    .trim();
}

function plain(value: unknown): unknown {
  return (value as Node | null)?.toJS(parseDocument('')) ?? null;
}
