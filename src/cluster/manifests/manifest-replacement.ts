import type { FieldEdit } from '../../model/finding.ts';
import { InputError } from '../../runtime/errors.ts';
import type { EditTarget } from './manifest-edit.ts';
import { editManifest } from './manifest-edit.ts';

export interface TextReplacement {
  /** 1-based, in UTF-16 code units; the end is exclusive. */
  readonly deleted: {
    readonly startLine: number;
    readonly startColumn: number;
    readonly endLine: number;
    readonly endColumn: number;
  };
  readonly inserted: string;
}

/** Upper bound in characters. An edit parses the document three times, and a List is one document for all Services. */
const MAX_DOCUMENT_CHARS = 64 * 1024;

/**
 * Returns the change of `editManifest` as one replacement; `line` is any line of the object's document. `null` if the
 * edits cannot be made in place or the document is too long.
 */
export function toReplacement(
  text: string,
  target: EditTarget & { readonly line: number },
  edits: readonly FieldEdit[],
): TextReplacement | null {
  const [start, end] = documentAround(text, target.line);
  if (end - start > MAX_DOCUMENT_CHARS) return null;
  const before = text.slice(start, end);
  try {
    return diffRange(text, start, { before, after: editManifest(before, target, edits) });
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

/** The range from one `---` to the next; a line that starts with it is always a marker (YAML 1.2.2, 9.1.2). */
function documentAround(text: string, line: number): readonly [start: number, end: number] {
  const at = offsetOfLine(text, line);
  const marker = /^---(?=\s|$)/gm;
  let start = 0;
  for (const { index } of text.matchAll(marker)) {
    if (index > at) return [start, index];
    start = index;
  }
  return [start, text.length];
}

function offsetOfLine(text: string, line: number): number {
  let at = 0;
  for (let n = 1; n < line; n++) at = text.indexOf('\n', at) + 1;
  return at;
}

interface Versions {
  readonly before: string;
  readonly after: string;
}

function diffRange(text: string, offset: number, { before, after }: Versions): TextReplacement | null {
  if (before === after) return null;
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  // Do not split a Windows line end.
  if (before[head - 1] === '\r') head--;
  if (tail > 0 && before.at(-tail) === '\n' && before.at(-tail - 1) === '\r') tail--;
  const start = placeOf(text, offset + head);
  const end = placeOf(text, offset + before.length - tail);
  return {
    deleted: { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column },
    inserted: after.slice(head, after.length - tail),
  };
}

function placeOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const above = text.slice(0, offset);
  const lineStart = above.lastIndexOf('\n') + 1;
  // A byte order mark does not belong to the first line.
  const mark = lineStart === 0 && text.startsWith('\uFEFF') ? 1 : 0;
  return { line: above.split('\n').length, column: offset - lineStart - mark + 1 };
}
