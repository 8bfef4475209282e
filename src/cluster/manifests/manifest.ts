import type { Document, Node as YamlNode } from 'yaml';
import { isCollection, isMap, isSeq, LineCounter, parseAllDocuments, visit } from 'yaml';
import type { RawObject } from '../../model/raw.ts';
import { asObject, asString, isObject } from '../../model/raw.ts';
import { errorMessage, InputError } from '../../runtime/errors.ts';

/** One Kubernetes object of a file. */
export interface Manifest {
  /** `Service`; for other API groups with the group, as kubectl writes it: `Service.serving.knative.dev`. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly raw: RawObject;
  readonly file: string;
  /** Line on which the object starts, 1-based. */
  readonly line: number;
  /** Line of a field such as `spec.ports` or `metadata.annotations["a/b"]`; of its nearest parent if it is absent. */
  lineOf(path: string): number;
}

export interface ManifestFile {
  /** Name for messages; `-` for standard input. */
  readonly name: string;
  readonly text: string;
  /** Whether documents that are not Kubernetes objects are skipped, as in folders, or rejected. */
  readonly unknownDocuments: 'refuse' | 'ignore';
  /** Namespace of objects that have none; default: `default`. */
  readonly namespace?: string | undefined;
}

/** Reads all objects of a YAML or JSON file, with Lists unpacked. Throws InputError with file and line. */
export function readManifests(file: ManifestFile): readonly Manifest[] {
  return readJson(file) ?? readYaml(file);
}

/** Parses JSON with the runtime's parser, about a hundred times faster. Line numbers are computed on demand. */
function readJson(file: ManifestFile): readonly Manifest[] | null {
  if (!/^\s*\{/.test(file.text)) return null;
  let root: unknown;
  try {
    root = JSON.parse(file.text);
  } catch {
    return null;
  }
  const items = isObject(root) && Array.isArray(root['items']) ? root['items'] : [root];
  const simple = items.every(item => isObject(item) && typeof item['kind'] === 'string' && !('items' in item));
  if (!simple) return null;
  let slow: readonly Manifest[] | null = null;
  const withLines = (i: number) => {
    slow ??= readYaml(file);
    return slow[i];
  };
  return items.map((raw: RawObject, i) => ({
    ...identity(raw, { file, line: () => withLines(i)?.line ?? 1 }),
    raw: withDefaultNamespace(raw, file),
    file: file.name,
    get line() {
      return withLines(i)?.line ?? 1;
    },
    lineOf: path => withLines(i)?.lineOf(path) ?? 1,
  }));
}

function readYaml(file: ManifestFile): readonly Manifest[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(file.text, {
    lineCounter: lines,
    merge: true,
    logLevel: 'error',
    prettyErrors: false,
  });
  if (!Array.isArray(documents)) return [];
  return documents.flatMap(document => {
    const error = document.errors[0];
    if (error) {
      throw new InputError(`not YAML: ${error.message}`, { file: file.name, line: lines.linePos(error.pos[0]).line });
    }
    return objectsOf(document, { file, lines });
  });
}

/** `{{ .Values.x }}` is valid YAML: a mapping with a mapping as key, which no API object has. */
function rejectTemplates(document: Document, { file, lines }: ReadContext): void {
  visit(document, {
    Pair: (_, { key }) => {
      if (!isCollection(key)) return;
      const line = lineAt(key as YamlNode, lines);
      throw new InputError('a key is not plain text; an unrendered template? Pipe the output of helm template', {
        file: file.name,
        line,
      });
    },
  });
}

interface ReadContext {
  readonly file: ManifestFile;
  readonly lines: LineCounter;
}

function objectsOf(document: Document, reading: ReadContext): readonly Manifest[] {
  rejectTemplates(document, reading);
  const root = document.contents;
  if (root === null) return [];
  const node = root as YamlNode;
  const raw = plain(document, node, reading);
  // A document may consist of a comment only, as in the output of helm.
  return raw === null ? [] : unpack({ raw, node }, document, reading);
}

function plain(document: Document, root: YamlNode, { file, lines }: ReadContext): unknown {
  try {
    return document.toJS({ maxAliasCount: 1000 });
  } catch (cause) {
    // Aliases without an anchor, or too many of them, as in an attack.
    throw new InputError(`not YAML: ${errorMessage(cause)}`, { file: file.name, line: lineAt(root, lines), cause });
  }
}

interface DocumentNode {
  readonly raw: unknown;
  readonly node: YamlNode;
}

function unpack(part: DocumentNode, document: Document, reading: ReadContext): readonly Manifest[] {
  const line = lineAt(part.node, reading.lines);
  if (!isObject(part.raw) || typeof part.raw['kind'] !== 'string') {
    if (reading.file.unknownDocuments === 'ignore') return [];
    const what = isObject(part.raw)
      ? 'not a Kubernetes object: kind is missing'
      : 'not a Kubernetes object: expected a mapping';
    throw new InputError(`${what}; expected apiVersion, kind and metadata`, { file: reading.file.name, line });
  }
  const kind = part.raw['kind'];
  const list = listItems(part.raw, kind);
  if (list === null) return [manifest(part.raw, part.node, reading)];
  if (list === 'no-list') throw new InputError(`${kind}: items is not a list`, { file: reading.file.name, line });
  const items = isMap(part.node) ? part.node.get('items', true) : null;
  return list.flatMap((item, i) => {
    const child = isSeq(items) ? items.items[i] : null;
    const typed = isObject(item) && kind !== 'List' ? { kind: kind.slice(0, -'List'.length), ...item } : item;
    return unpack({ raw: typed, node: (child as YamlNode | null) ?? part.node }, document, reading);
  });
}

/** The items of a List (Go writes an empty one as null); `null` for other objects, whatever their kind. */
function listItems(raw: RawObject, kind: string): readonly unknown[] | 'no-list' | null {
  if (!kind.endsWith('List')) return null;
  const { items } = raw;
  if (items === undefined) return kind === 'List' ? 'no-list' : null;
  return items === null ? [] : Array.isArray(items) ? items : 'no-list';
}

function manifest(raw: RawObject, node: YamlNode, { file, lines }: ReadContext): Manifest {
  const line = lineAt(node, lines);
  return {
    ...identity(raw, { file, line: () => line }),
    raw: withDefaultNamespace(raw, file),
    file: file.name,
    line,
    lineOf: path => lineAt(closestNode(node, segments(path)), lines),
  };
}

/** Sets the namespace as `kubectl apply -n` does. */
function withDefaultNamespace(raw: RawObject, { namespace }: ManifestFile): RawObject {
  const metadata = asObject(raw['metadata']);
  if (namespace === undefined || metadata['namespace'] || CLUSTER_SCOPED.includes(asString(raw['kind']))) return raw;
  return { ...raw, metadata: { ...metadata, namespace } };
}

const CLUSTER_SCOPED = ['Node', 'Namespace'];

function identity(
  raw: RawObject,
  { file, line }: { readonly file: ManifestFile; readonly line: () => number },
): Pick<Manifest, 'kind' | 'namespace' | 'name'> {
  const metadata = asObject(raw['metadata']);
  const kind = kindOf(raw);
  const name = asString(metadata['name']) || asString(metadata['generateName']);
  if (name === '' && file.unknownDocuments === 'refuse') {
    const given = metadata['name'] ?? '';
    const what = given === '' ? 'is missing' : `is ${JSON.stringify(given)}`;
    throw new InputError(`${kind}: metadata.name ${what}; expected a string`, { file: file.name, line: line() });
  }
  return { kind, namespace: asString(metadata['namespace']) || file.namespace || 'default', name };
}

const OWN_GROUPS = ['', 'apps', 'discovery.k8s.io'];

/** Other API groups have kinds of the same name: Knative's Service is not a core Service. */
function kindOf(raw: RawObject): string {
  const [group = ''] = asString(raw['apiVersion']).split('/').slice(0, -1);
  const kind = asString(raw['kind']);
  return OWN_GROUPS.includes(group) ? kind : `${kind}.${group}`;
}

/** The key of the field, because its value may start on a later line. */
function closestNode(node: YamlNode, path: readonly string[]): YamlNode {
  const [head, ...rest] = path;
  if (head === undefined || !isCollection(node)) return node;
  if (isSeq(node)) {
    const item = node.items[Number(head)] as YamlNode | undefined;
    return item ? closestNode(item, rest) : node;
  }
  if (!isMap(node)) return node;
  const pair = node.items.find(({ key }) => String((key as { value?: unknown } | null)?.value ?? key) === head);
  if (!pair) return node;
  const value = pair.value as YamlNode | null;
  return rest.length > 0 && value && isCollection(value) ? closestNode(value, rest) : (pair.key as YamlNode);
}

/** Splits `metadata.annotations["a/b"].c[0]` into its segments. */
export function segments(path: string): readonly string[] {
  return [...path.matchAll(/\["([^"]*)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(match => match[1] ?? match[2] ?? match[3] ?? '');
}

function lineAt(node: YamlNode, lines: LineCounter): number {
  return node.range ? Math.max(1, lines.linePos(node.range[0]).line) : 1;
}
