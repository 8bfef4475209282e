import { distance } from 'fastest-levenshtein';

/** Input that a person gave and zonewise cannot use: says where, what, and what was expected. Exit code 2. */
export class InputError extends Error {
  readonly code = 'unusable-input';
  readonly file: string | null;
  /** 1-based, `null` where no line is to blame. */
  readonly line: number | null;

  constructor(what: string, where: { file?: string; line?: number; cause?: unknown } = {}) {
    const place = where.file ? `${where.file}${where.line ? `:${where.line}` : ''}: ` : '';
    super(`${place}${what}`, where.cause === undefined ? {} : { cause: where.cause });
    this.name = 'InputError';
    this.file = where.file ?? null;
    this.line = where.line ?? null;
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** `; did you mean X?`, or nothing where no known word is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === null ? '' : `; did you mean ${near}?`;
}

/** The known word that was probably meant, `null` where none is near. */
export function nearest(word: string, known: readonly string[]): string | null {
  let best: string | null = null;
  // Of a word of two letters any other is two letters away.
  let least = Math.min(word.length, Math.floor(Math.max(2, word.length / 3)) + 1);
  for (const candidate of known) {
    const far = distance(word, candidate);
    if (far >= least) continue;
    least = far;
    best = candidate;
  }
  return best;
}
