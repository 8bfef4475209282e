import { isDeepStrictEqual } from 'node:util';
import type { RawObject } from '../../model/raw.ts';
import { type Manifest, type ManifestFile, parseManifests } from './manifest.ts';

/** The text of one object in a file, as a separate document. */
export interface ObjectText {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Blanks before the first line, which make it as deep as the others. */
  readonly column: number;
}

/** Cuts out the text of an object; `null` if it is not a document on its own, for example because it uses anchors. */
export function extractObject(text: string, { file, raw, span }: Manifest): ObjectText | null {
  if (span === null) return null;
  const { start } = span;
  // A comment after the last field belongs to the object. Objects in braces end at the brace.
  const lineEnd = text.indexOf('\n', span.end);
  const end =
    text[start] === '{' ? span.end : text[span.end - 1] === '\n' ? span.end : lineEnd < 0 ? text.length : lineEnd;
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const column = start - lineStart - (lineStart === 0 && text.startsWith('\uFEFF') ? 1 : 0);
  const own = ' '.repeat(column) + text.slice(start, end);
  const { manifests, errors } = parseManifests({
    name: file,
    text: own,
    unknownDocuments: 'refuse',
    namespace: undefined,
  });
  const [alone] = manifests;
  const isAlone =
    errors.length === 0 && manifests.length === 1 && isDeepStrictEqual(namesOnly(alone?.raw), namesOnly(raw));
  return isAlone ? { text: own, start, end, column } : null;
}

/** Without the namespace, which -n may have set. */
function namesOnly(raw: RawObject | undefined): unknown {
  const { metadata, ...rest } = raw ?? {};
  const { namespace: _, ...others } = (metadata ?? {}) as RawObject;
  return { ...rest, metadata: others };
}

/** Puts changed objects back into the file. */
export function replaceObjects(text: string, objects: readonly ObjectText[]): string {
  let result = '';
  let at = 0;
  for (const { start, end, column, text: own } of [...objects].sort((a, b) => a.start - b.start)) {
    result += text.slice(at, start) + own.slice(column);
    at = end;
  }
  return result + text.slice(at);
}

/** True if the file has exactly these objects. */
export function hasObjects(file: ManifestFile, expected: readonly RawObject[]): boolean {
  const { manifests, errors } = parseManifests(file);
  return (
    errors.length === 0 &&
    manifests.length === expected.length &&
    manifests.every((manifest, i) => isDeepStrictEqual(manifest.raw, expected[i]))
  );
}
