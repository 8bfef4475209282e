import { isDeepStrictEqual } from 'node:util';
import type { Document, Pair, YAMLMap, Node as YamlNode } from 'yaml';
import { isMap, isScalar, isSeq } from 'yaml';
import type { FieldEdit } from '../../model/finding.ts';
import type { RawObject } from '../../model/raw.ts';
import { asObject, asString } from '../../model/raw.ts';
import { InputError } from '../../runtime/errors.ts';
import { parseLikeKubectl } from './yaml-documents.ts';

/** The object to edit, by the names in the file. */
export interface EditTarget {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/**
 * Returns a YAML or JSON file with fields of one object changed in place; comments, order and layout of the rest are
 * kept. Throws InputError if the object is not in the file or the edit cannot be made safely.
 */
export function editManifest(text: string, target: EditTarget, edits: readonly FieldEdit[]): string {
  return edits.reduce((current, edit) => editOnce(current, target, edit), text);
}

function editOnce(text: string, target: EditTarget, edit: FieldEdit): string {
  const found = findObject(text, target);
  const before: unknown = found.object.toJS(found.document, ALL_ALIASES);
  const edited = splice(text, found.object, edit);
  const after = findObject(edited, target);
  if (isDeepStrictEqual(after.object.toJS(after.document, ALL_ALIASES), expected(before, edit))) return edited;
  throw new InputError(
    `cannot set ${edit.path.join('.')} of ${target.kind} ${target.namespace}/${target.name} in place`,
  );
}

interface Found {
  readonly document: Document;
  readonly object: YAMLMap;
}

/** Aliases are limited when the file is read. */
const ALL_ALIASES = { maxAliasCount: -1 };

/** Finds the object. One without a namespace matches any namespace, if no object matches exactly. */
function findObject(text: string, target: EditTarget): Found {
  const { documents } = parseLikeKubectl(text);
  for (const wanted of [target, { ...target, namespace: '' }]) {
    for (const document of documents) {
      const object = objectIn(document.contents, document, wanted);
      if (object) return { document, object };
    }
  }
  throw new InputError(`no ${target.kind} ${target.namespace}/${target.name} in this file`);
}

function objectIn(node: unknown, document: Document, target: EditTarget): YAMLMap | null {
  if (!isMap(node)) return null;
  const items = node.get('items', true);
  if (isSeq(items))
    return items.items.map(item => objectIn(item, document, target)).find(item => item !== null) ?? null;
  const raw = asObject(node.toJS(document, ALL_ALIASES));
  const metadata = asObject(raw['metadata']);
  const same =
    asString(raw['kind']) === target.kind &&
    namespaceIn(metadata, target) === target.namespace &&
    (asString(metadata['name']) || asString(metadata['generateName'])) === target.name;
  return same ? node : null;
}

function namespaceIn(metadata: RawObject, { namespace }: EditTarget): string {
  return asString(metadata['namespace']) || (namespace === '' ? '' : 'default');
}

/** The object after the edit; parents that become empty are removed. */
function expected(object: unknown, { path, value }: FieldEdit): unknown {
  const [key = '', ...rest] = path;
  const current = asObject(object);
  if (rest.length === 0) {
    const { [key]: _, ...others } = current;
    return value === null ? others : { ...current, [key]: typedValue(value) };
  }
  if (value === null && !(key in current)) return current;
  const child = asObject(expected(current[key], { path: rest, value }));
  const { [key]: _, ...others } = current;
  return value === null && Object.keys(child).length === 0 ? others : { ...current, [key]: child };
}

function typedValue(value: string): string | boolean {
  return value === 'true' || value === 'false' ? value === 'true' : value;
}

/** Applies one edit to the text, in the deepest existing map of the path. */
function splice(text: string, object: YAMLMap, { path, value }: FieldEdit): string {
  const chain: { readonly map: YAMLMap; readonly pair: Pair }[] = [];
  let map = object;
  for (const [depth, key] of path.entries()) {
    const pair = map.items.find(item => keyOf(item) === key);
    if (!pair) return value === null ? text : insert(text, map, { keys: path.slice(depth), value });
    chain.push({ map, pair });
    if (depth < path.length - 1) {
      if (!isMap(pair.value)) throw new InputError(`${path.slice(0, depth + 1).join('.')} is not a mapping`);
      map = pair.value;
    }
  }
  if (value !== null) return replaceValue(text, chain.at(-1)?.pair, value);
  const last = chain.findLastIndex(({ map: { items } }, depth) => items.length > 1 || depth === 0);
  const doomed = chain[last];
  return doomed ? remove(text, doomed.map, doomed.pair) : text;
}

function keyOf(pair: Pair): string {
  return String(isScalar(pair.key) ? pair.key.value : pair.key);
}

function rangeOf(node: unknown): readonly [start: number, end: number] {
  const range = (node as YamlNode | null)?.range;
  if (!range) throw new InputError('this layout cannot be edited in place');
  return [range[0], range[1]];
}

function replaceValue(text: string, pair: Pair | undefined, value: string): string {
  const [start, end] = rangeOf(pair?.value);
  const quoted = /^["']/.test(text.slice(start, end));
  return text.slice(0, start) + (quoted ? JSON.stringify(value) : scalar(value, text)) + text.slice(end);
}

interface Insertion {
  readonly keys: readonly string[];
  readonly value: string;
}

/** Inserts after the last field that fits on one line; otherwise before the first field. */
function insert(text: string, map: YAMLMap, { keys, value }: Insertion): string {
  const entry = keys
    .reduceRight(
      (inner, key) => {
        const nested = inner.startsWith(NESTED) ? `{ ${inner.slice(NESTED.length)} }` : inner;
        return `${NESTED}${scalar(key, text)}: ${nested}`;
      },
      scalar(value, text),
    )
    .slice(NESTED.length);
  const last = map.items.at(-1);
  if (map.flow || !last) {
    const [start, end] = rangeOf(map);
    const at = last ? rangeOf(last.value ?? last.key)[1] : start + 1;
    return text.slice(0, at) + (last ? `, ${entry}` : ` ${entry} `) + text.slice(last ? at : end - 1);
  }
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const indent = ' '.repeat(columnOf(text, rangeOf(map.items[0]?.key)[0]));
  const line = map.items.findLast(pair => isScalar(pair.value) && !text.slice(...rangeOf(pair.value)).includes('\n'));
  if (!line) {
    const at = rangeOf(map.items[0]?.key)[0];
    return `${text.slice(0, at)}${entry}${lineEnd}${indent}${text.slice(at)}`;
  }
  const end = endOfLine(text, rangeOf(line.value)[1]);
  const at = text[end - 1] === '\r' ? end - 1 : end;
  return `${text.slice(0, at)}${lineEnd}${indent}${entry}${text.slice(at)}`;
}

/** Marks an entry that becomes a mapping when it is nested as a value. */
const NESTED = '\u0000';

function remove(text: string, map: YAMLMap, pair: Pair): string {
  const at = map.items.indexOf(pair);
  const [keyStart] = rangeOf(pair.key);
  const end = rangeOf(pair.value ?? pair.key)[1];
  if (map.flow) {
    const next = map.items[at + 1];
    const previous = map.items[at - 1];
    if (next) return text.slice(0, keyStart) + text.slice(rangeOf(next.key)[0]);
    if (previous) return text.slice(0, rangeOf(previous.value ?? previous.key)[1]) + text.slice(end);
    return text.slice(0, keyStart) + text.slice(end);
  }
  const lineStart = text.lastIndexOf('\n', keyStart - 1) + 1;
  const lastChar = keyStart + text.slice(keyStart, end).trimEnd().length;
  // The first field of a list item shares its line with the dash.
  if (text.slice(lineStart, keyStart).trim() !== '') {
    const next = map.items[at + 1];
    return next ? text.slice(0, keyStart) + text.slice(rangeOf(next.key)[0]) : text;
  }
  return text.slice(0, lineStart) + text.slice(Math.min(text.length, endOfLine(text, lastChar) + 1));
}

function endOfLine(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  return at < 0 ? text.length : at;
}

function columnOf(text: string, at: number): number {
  return at - (text.lastIndexOf('\n', at - 1) + 1);
}

/** Plain if YAML reads it back as the same string; quoted otherwise and always in JSON. */
function scalar(value: string, text: string): string {
  const json = /^\s*\{/.test(text);
  if (value === 'true' || value === 'false') return value;
  const plain = /^[A-Za-z][\w./-]*$/.test(value) && !/^(y|n|yes|no|on|off|null)$/i.test(value);
  return plain && !json ? value : JSON.stringify(value);
}
