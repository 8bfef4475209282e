import { systemError } from './system-errors.ts';

/** Unusable input of a user. The message states location, problem and expectation; the exit code is 2. */
export class InputError extends Error {
  readonly code = 'unusable-input';
  /** The message without the place. */
  readonly problem: string;
  readonly file: string | null;
  /** 1-based; `null` if no line is known. */
  readonly line: number | null;

  constructor(what: string, where: { file?: string; line?: number; cause?: unknown } = {}) {
    const place = where.file ? `${where.file}${where.line ? `:${where.line}` : ''}: ` : '';
    super(`${place}${what}`, where.cause === undefined ? {} : { cause: where.cause });
    this.name = 'InputError';
    this.problem = what;
    this.file = where.file ?? null;
    this.line = where.line ?? null;
  }
}

/** An error with a code that programs can compare. */
export class CodedError<Code extends string> extends Error {
  readonly code: Code;

  constructor(code: Code, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** The message in one line; for an error of the system the reason in words, and the path or address. */
export function errorMessage(error: unknown): string {
  const known = systemError(error);
  if (known) return known.subject === '' ? known.reason : `${known.subject}: ${known.reason}`;
  return oneLine(error instanceof Error ? error.message : String(error));
}

/** As `errorMessage`, for callers that name the path or address themselves. */
export function errorReason(error: unknown): string {
  return systemError(error)?.reason ?? errorMessage(error);
}

/** Formats an error in one line, with the cause of a network error, which its own message omits. */
export function errorMessageWithCause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = errorMessage(error) || ('code' in error ? String(error.code) : error.name);
  const cause = error.cause instanceof Error ? errorMessage(error.cause) : '';
  return own.includes(cause) ? own : `${own}: ${cause}`;
}

/** A line break would be printed escaped. */
function oneLine(text: string): string {
  return text
    .split(/[\r\n]+/)
    .map(line => line.trim())
    .filter(line => line !== '')
    .join(' ');
}
