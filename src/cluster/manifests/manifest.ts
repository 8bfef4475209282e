import type { Node as YamlNode } from 'yaml';
import { isCollection, isMap, isSeq, visit } from 'yaml';
import type { RawObject } from '../../model/raw.ts';
import { asObject, asString, isObject } from '../../model/raw.ts';
import { errorMessage, InputError } from '../../runtime/errors.ts';
import { type DocumentText, parseYaml, splitDocuments, type YamlDocument } from './yaml-documents.ts';

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
  /** Where its text is in the file; `null` if it is not known exactly. */
  readonly span: { readonly start: number; readonly end: number } | null;
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

/** The objects of a file, and what of it is unusable. */
export interface ParsedFile {
  readonly manifests: readonly Manifest[];
  readonly errors: readonly InputError[];
}

/** Reads all objects of a YAML or JSON file, with Lists unpacked. Throws InputError with file and line. */
export function readManifests(file: ManifestFile): readonly Manifest[] {
  const { manifests, errors } = parseManifests(file);
  if (errors[0]) throw errors[0];
  return manifests;
}

/** Reads the objects of a YAML or JSON file that can be read, with Lists unpacked. */
export function parseManifests(file: ManifestFile): ParsedFile {
  const errors: InputError[] = [];
  const json = parseJson(file.text);
  const parts = json === undefined ? splitDocuments(file.text) : [{ text: file.text, start: 0, line: 1 }];
  const manifests = parts.flatMap(part => {
    const reading = { file, part, errors };
    return readJson(json ?? parseJson(part.text), reading) ?? readYaml(reading);
  });
  return { manifests, errors };
}

interface ReadContext {
  readonly file: ManifestFile;
  readonly part: DocumentText;
  readonly errors: InputError[];
}

/** `undefined` for a text that is not a JSON object. */
function parseJson(text: string): unknown {
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** JSON is parsed by the runtime, about a hundred times faster. `null` if it needs the slow parser, for line numbers. */
function readJson(root: unknown, reading: ReadContext): readonly Manifest[] | null {
  const { file } = reading;
  const items = isObject(root) && Array.isArray(root['items']) ? root['items'] : [root];
  const simple = items.every(item => isObject(item) && typeof item['kind'] === 'string' && !('items' in item));
  if (!simple || items.some(raw => problemOf(raw, file) !== null)) return null;
  let slow: readonly Manifest[] | null = null;
  const withLines = (i: number) => {
    slow ??= readYaml(reading);
    return slow[i];
  };
  return items.map((raw: RawObject, i) => ({
    ...identity(raw, file),
    raw: withDefaultNamespace(raw, file),
    file: file.name,
    get line() {
      return withLines(i)?.line ?? 1;
    },
    get span() {
      return withLines(i)?.span ?? null;
    },
    lineOf: path => withLines(i)?.lineOf(path) ?? 1,
  }));
}

function readYaml(reading: ReadContext): readonly Manifest[] {
  const { file, part, errors } = reading;
  try {
    return parseYaml(part, file.name).flatMap(parsed => objectsOf(parsed, reading));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const template = templateError(part, file);
    errors.push(template ?? error);
    return [];
  }
}

const TEMPLATE = 'a Helm template, not a manifest; check its output: helm template CHART | zonewise check -';

/** For a document with `{{`, which explains why it is not YAML. */
function templateError({ text, line }: DocumentText, { name }: ManifestFile): InputError | null {
  const at = text.indexOf('{{');
  if (at < 0) return null;
  return new InputError(TEMPLATE, { file: name, line: line + text.slice(0, at).split('\n').length - 1 });
}

interface DocumentContext extends ReadContext {
  readonly parsed: YamlDocument;
}

function objectsOf(parsed: YamlDocument, reading: ReadContext): readonly Manifest[] {
  const { document, lineAt } = parsed;
  rejectCollectionKeys(parsed, reading);
  const root = document.contents as YamlNode | null;
  // A document may consist of a comment only, as in the output of helm.
  if (root === null) return [];
  try {
    const raw: unknown = document.toJS({ maxAliasCount: -1 });
    return raw === null ? [] : unpack({ raw, node: root }, { ...reading, parsed });
  } catch (cause) {
    // A merge of something that is not a mapping, or a List nested too deeply.
    throw new InputError(`not YAML: ${errorMessage(cause)}`, { file: reading.file.name, line: lineAt(root), cause });
  }
}

/** `{{ .Values.x }}` is valid YAML: a mapping with a mapping as key, which no API object has. */
function rejectCollectionKeys({ document, lineAt }: YamlDocument, { file }: ReadContext): void {
  visit(document, {
    Pair: (_, { key }) => {
      if (!isCollection(key)) return;
      throw new InputError('a key is not plain text', { file: file.name, line: lineAt(key as YamlNode) });
    },
  });
}

interface DocumentNode {
  readonly raw: unknown;
  readonly node: YamlNode;
}

function unpack(part: DocumentNode, context: DocumentContext): readonly Manifest[] {
  const { file, errors } = context;
  const reject = (what: string) => {
    errors.push(new InputError(what, { file: file.name, line: context.parsed.lineAt(part.node) }));
    return [];
  };
  if (!isObject(part.raw) || typeof part.raw['kind'] !== 'string') {
    if (file.unknownDocuments === 'ignore') return [];
    const what = isObject(part.raw) ? 'kind is missing' : `it is ${shown(part.raw)}`;
    return reject(`not a Kubernetes object: ${what}; expected apiVersion, kind and metadata`);
  }
  const kind = part.raw['kind'];
  const list = listItems(part.raw, kind);
  if (list === 'no-list') return reject(`${kind}: items is not a list`);
  if (list === null) {
    const problem = problemOf(part.raw, file);
    return problem === null ? [manifest(part.raw, part.node, context)] : reject(problem);
  }
  const items = isMap(part.node) ? part.node.get('items', true) : null;
  return list.flatMap((item, i) => {
    const child = isSeq(items) ? items.items[i] : null;
    const typed = isObject(item) && kind !== 'List' ? { kind: kind.slice(0, -'List'.length), ...item } : item;
    return unpack({ raw: typed, node: (child as YamlNode | null) ?? part.node }, context);
  });
}

const MAX_SHOWN_CHARS = 40;

function shown(raw: unknown): string {
  if (Array.isArray(raw)) return 'a list';
  const text = JSON.stringify(raw) ?? String(raw);
  return text.length > MAX_SHOWN_CHARS ? 'a text' : text;
}

/** The items of a List (Go writes an empty one as null); `null` for other objects, whatever their kind. */
function listItems(raw: RawObject, kind: string): readonly unknown[] | 'no-list' | null {
  if (!kind.endsWith('List')) return null;
  const { items } = raw;
  if (items === undefined) return kind === 'List' ? 'no-list' : null;
  return items === null ? [] : Array.isArray(items) ? items : 'no-list';
}

function manifest(raw: RawObject, node: YamlNode, { file, part, parsed }: DocumentContext): Manifest {
  const { lineAt, isVerbatim } = parsed;
  const [start, end] = node.range ?? [0, 0];
  return {
    ...identity(raw, file),
    raw: withDefaultNamespace(raw, file),
    file: file.name,
    line: lineAt(node),
    span: isVerbatim ? { start: part.start + start, end: part.start + end } : null,
    lineOf: path => lineAt(closestNode(node, segments(path))),
  };
}

/** Sets the namespace as `kubectl apply -n` does. */
function withDefaultNamespace(raw: RawObject, { namespace }: ManifestFile): RawObject {
  const metadata = asObject(raw['metadata']);
  if (namespace === undefined || metadata['namespace'] || CLUSTER_SCOPED.includes(asString(raw['kind']))) return raw;
  return { ...raw, metadata: { ...metadata, namespace } };
}

const CLUSTER_SCOPED = ['Node', 'Namespace'];

/** Why the object cannot be used; `null` if it can. */
function problemOf(raw: RawObject, { unknownDocuments }: ManifestFile): string | null {
  const { name = '', generateName } = asObject(raw['metadata']);
  const kind = kindOf(raw);
  const isTemplate = asString(name).includes('{{') || (kind === 'Service' && containsTemplate(raw['spec']));
  if (isTemplate) return TEMPLATE;
  if (asString(name) !== '' || asString(generateName) !== '' || unknownDocuments === 'ignore') return null;
  const what = name === '' || name === null ? 'is missing' : `is ${JSON.stringify(name)}`;
  return `${kind}: metadata.name ${what}; expected a string`;
}

function containsTemplate(spec: unknown): boolean {
  return Object.values(asObject(spec)).some(value => typeof value === 'string' && value.includes('{{'));
}

function identity(raw: RawObject, file: ManifestFile): Pick<Manifest, 'kind' | 'namespace' | 'name'> {
  const metadata = asObject(raw['metadata']);
  return {
    kind: kindOf(raw),
    namespace: asString(metadata['namespace']) || file.namespace || 'default',
    name: asString(metadata['name']) || asString(metadata['generateName']),
  };
}

/** No API server has a group `core`, but an author who writes it means the group without a name. */
const OWN_GROUPS = ['', 'core', 'apps', 'discovery.k8s.io'];

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
