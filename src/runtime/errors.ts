import { distance } from 'fastest-levenshtein';

/** Unusable input of a user. The message states location, problem and expectation; the exit code is 2. */
export class InputError extends Error {
  readonly code = 'unusable-input';
  readonly file: string | null;
  /** 1-based; `null` if no line is known. */
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

/** `; did you mean X?`, or `''` if no known word is close. */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === null ? '' : `; did you mean ${near}?`;
}

/** The known word closest to `word`; `null` if none is close. */
export function nearest(word: string, known: readonly string[]): string | null {
  let best: string | null = null;
  // Any two words of two letters have at most distance 2, so short words need a smaller limit.
  let least = Math.min(word.length, Math.floor(Math.max(2, word.length / 3)) + 1);
  for (const candidate of known) {
    const far = distance(word, candidate);
    if (far >= least) continue;
    least = far;
    best = candidate;
  }
  return best;
}
