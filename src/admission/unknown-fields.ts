import {
  CLIENT_NODES_ANNOTATION,
  IGNORE_ANNOTATION,
  IGNORE_REASON_ANNOTATION,
  IGNORE_UNTIL_ANNOTATION,
} from '../model/annotations.ts';
import type { UnknownField } from '../model/change.ts';
import { closestMatch } from '../model/did-you-mean.ts';
import { asObject, asString, isObject } from '../model/raw.ts';
import { type FieldTree, serviceFields } from '../model/service-fields.ts';

/** Fields that rules of their own report. */
const REPORTED_BY_RULES = ['spec.trafficDistribution', 'spec.topologyKeys'];
const ANNOTATIONS = [IGNORE_ANNOTATION, IGNORE_REASON_ANNOTATION, IGNORE_UNTIL_ANNOTATION, CLIENT_NODES_ANNOTATION];
const ANNOTATION_PREFIX = 'zonewise.dev/';
const MAX_UNKNOWN_FIELDS = 20;

/**
 * The fields of a raw Service that the strict field validation of Kubernetes 1.`minor` rejects, its apiVersion if it is not v1, and
 * annotations that zonewise does not have. At most 20.
 */
export function unknownFields(raw: unknown, minor: number): readonly UnknownField[] {
  const tree = serviceFields(minor);
  const found: UnknownField[] = [];
  const apiVersion = asString(asObject(raw)['apiVersion']);
  if (apiVersion !== '' && apiVersion !== 'v1')
    found.push({ path: 'apiVersion', kind: 'apiVersion', suggestion: 'v1' });
  for (const path of unknownPaths(raw, tree, '')) {
    if (found.length === MAX_UNKNOWN_FIELDS) break;
    if (!REPORTED_BY_RULES.includes(path)) found.push({ path, kind: 'field', suggestion: suggestionFor(path, tree) });
  }
  for (const name of Object.keys(asObject(asObject(asObject(raw)['metadata'])['annotations']))) {
    if (found.length === MAX_UNKNOWN_FIELDS) break;
    if (!name.startsWith(ANNOTATION_PREFIX) || ANNOTATIONS.includes(name)) continue;
    const path = `metadata.annotations["${name}"]`;
    found.push({ path, kind: 'annotation', suggestion: closestMatch(name, ANNOTATIONS) });
  }
  return found;
}

function* unknownPaths(value: unknown, tree: FieldTree, prefix: string): Generator<string> {
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) yield* unknownPaths(item, tree, `${prefix}[${i}]`);
    return;
  }
  if (!isObject(value)) return;
  for (const [name, child] of Object.entries(value)) {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    const known = Object.hasOwn(tree, name) ? tree[name] : undefined;
    if (known === undefined) yield path;
    else if (known !== null) yield* unknownPaths(child, known, path);
  }
}

/** The path of the field that is probably meant: of the same name elsewhere, or of a similar name. */
function suggestionFor(path: string, tree: FieldTree): string | null {
  const name = path.slice(path.lastIndexOf('.') + 1);
  const parent = path.slice(0, -name.length - 1);
  const all = pathsOf(tree, '');
  const siblings = all.filter(other => parentOf(other) === parent.replaceAll(/\[\d+\]/g, ''));
  const similar = closestMatch(name, siblings.map(nameOf));
  if (similar !== null) return parent === '' ? similar : `${parent}.${similar}`;
  const elsewhere = all.filter(other => SECTIONS.includes(parentOf(other)));
  const match = closestMatch(name, elsewhere.map(nameOf));
  return elsewhere.find(other => nameOf(other) === match) ?? null;
}

/** Sections into which a misplaced field may belong, which have no lists. */
const SECTIONS = ['spec', 'metadata', ''];

function pathsOf(tree: FieldTree, prefix: string): readonly string[] {
  return Object.entries(tree).flatMap(([name, child]) => {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    return child === null ? [path] : [path, ...pathsOf(child, path)];
  });
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

function parentOf(path: string): string {
  return path.includes('.') ? path.slice(0, path.lastIndexOf('.')) : '';
}
