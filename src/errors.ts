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
