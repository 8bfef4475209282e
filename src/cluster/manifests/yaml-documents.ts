import type { Document, YAMLError, Node as YamlNode } from 'yaml';
import { isAlias, isCollection, isPair, LineCounter, parseAllDocuments } from 'yaml';
import { InputError } from '../../runtime/errors.ts';
import { goTags } from './go-tags.ts';
import { indentContinuations } from './indent-continuations.ts';

/** A part of a file: from one `---` to the next, or one object of a stream of JSON objects. */
export interface DocumentText {
  readonly text: string;
  /** Offset in the file. */
  readonly start: number;
  /** Line of its first character, 1-based. */
  readonly line: number;
}

/** Splits a file into documents, as kubectl does (k8s.io/apimachinery pkg/util/yaml decoder.go, v0.37.1). */
export function splitDocuments(text: string): readonly DocumentText[] {
  const starts = [0, ...[...text.matchAll(/^---(?=\s|$)/gm)].map(({ index }) => index), text.length];
  const cuts = [...new Set(starts)].sort((a, b) => a - b);
  let line = 1;
  return cuts.slice(0, -1).flatMap((start, i) =>
    jsonValues(text.slice(start, cuts[i + 1])).map(({ text: part, start: offset }) => {
      const document = { text: part, start: start + offset, line };
      line += newlines(part);
      return document;
    }),
  );
}

/** Cuts `{...}\n{...}`, a stream of JSON objects, after each object. Other texts stay whole. */
function jsonValues(text: string): readonly { readonly text: string; readonly start: number }[] {
  const cuts = [0];
  if (/^\s*\{\s*"/.test(text)) {
    let depth = 0;
    let quoted = false;
    for (let i = 0; i < text.length; i++) {
      const char = text[i];
      if (quoted) {
        if (char === '\\') i++;
        else if (char === '"') quoted = false;
      } else if (char === '"') quoted = true;
      else if (char === '{' && depth++ === 0 && text.slice(cuts.at(-1), i).trim() !== '') cuts.push(i);
      else if (char === '}') depth--;
    }
  }
  return cuts.map((start, i) => ({ text: text.slice(start, cuts[i + 1]), start }));
}

function newlines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

export interface YamlDocument {
  readonly document: Document;
  /** False if the text was changed before parsing, so that ranges of nodes differ from those of the file. */
  readonly isVerbatim: boolean;
  /** Line in the file. */
  lineAt(node: YamlNode): number;
}

/** Parses the YAML that kubectl accepts. Throws InputError with the line. A text without content has no document. */
export function parseYaml({ text, line }: DocumentText, file: string): readonly YamlDocument[] {
  const reject = (what: string, offset: number): never => {
    throw new InputError(what, { file, line: line + newlines(text.slice(0, offset)) });
  };
  const control = CONTROL_CHARACTER.exec(text);
  if (control) reject(`not YAML: control character ${codePoint(control[0])}; it must be escaped`, control.index);
  // Of the same length. In a concatenation of files, a byte order mark may follow each ---.
  const source = text.replace(/\r(?!\n)|\u0085/g, '\n').replace(/^(---.*\n)\uFEFF/, '\uFEFF$1');
  const strict = parseLikeKubectl(source);
  const lenient = strict.error ? parseLikeKubectl(indentContinuations(source)) : strict;
  const { documents, lines, error } = lenient.error ? strict : lenient;
  if (error) {
    const what = error.code === 'RESOURCE_EXHAUSTION' ? 'it is nested too deeply' : error.message;
    reject(`not YAML: ${what}`, error.pos[0]);
  }
  return documents.map(document => {
    const problem = source.includes('*') ? aliasProblem(document) : null;
    if (problem) reject(`not YAML: ${problem.what}`, problem.node.range?.[0] ?? 0);
    const lineAt = (node: YamlNode) => line + (node.range ? Math.max(1, lines.linePos(node.range[0]).line) : 1) - 1;
    return { document, isVerbatim: lenient === strict, lineAt };
  });
}

/** The characters that YAML 1.1 excludes and Go's parser rejects. */
const CONTROL_CHARACTER = /[^\P{Cc}\t\n\r\u0085]/u;

function codePoint(char: string): string {
  return `U+${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Parses a text as Go's parser in kubectl does: YAML 1.1 without times, the last of several equal keys wins. */
export function parseLikeKubectl(source: string): {
  readonly documents: readonly Document[];
  readonly lines: LineCounter;
  readonly error: YAMLError | undefined;
} {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(source, {
    lineCounter: lines,
    version: '1.1',
    schema: 'yaml-1.1',
    customTags: goTags,
    uniqueKeys: false,
    merge: true,
    strict: false,
    prettyErrors: false,
    logLevel: 'error',
  });
  const documents = Array.isArray(parsed) ? (parsed as Document[]) : [];
  return { documents, lines, error: documents.flatMap(({ errors }) => errors)[0] };
}

/** Values that the aliases of a document may add to it. */
const MAX_ALIASED_NODES = 1_000_000;

interface AliasProblem {
  readonly what: string;
  readonly node: YamlNode;
}

/** An alias without an anchor or inside of it, or aliases that multiply the document, as in an attack. */
function aliasProblem(document: Document): AliasProblem | null {
  const sizes = new Map<unknown, number>();
  const anchors = new Map<string, unknown>();
  let visited = 0;
  let problem: AliasProblem | null = null;
  /** The number of nodes below; `Infinity` after a problem. */
  const sizeOf = (node: unknown): number => {
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      const size = target === undefined ? undefined : sizes.get(target);
      if (target === undefined) problem ??= { what: `unknown anchor "${node.source}"`, node };
      else if (size === undefined) problem ??= { what: `anchor "${node.source}" contains itself`, node };
      return size ?? Number.POSITIVE_INFINITY;
    }
    if (isPair(node)) return sizeOf(node.key) + sizeOf(node.value);
    visited++;
    const { anchor } = (node ?? {}) as { anchor?: string };
    if (anchor !== undefined) anchors.set(anchor, node);
    const size = 1 + (isCollection(node) ? node.items.reduce<number>((sum, item) => sum + sizeOf(item), 0) : 0);
    if (anchor !== undefined) sizes.set(node, size);
    if (size - visited > MAX_ALIASED_NODES)
      problem ??= { what: `its aliases add more than ${MAX_ALIASED_NODES} values`, node: node as YamlNode };
    return size;
  };
  sizeOf(document.contents);
  return problem;
}
