export type KubeconfigErrorCode =
  | 'kubeconfig-missing'
  | 'kubeconfig-unreadable'
  | 'context-unknown'
  | 'exec-plugin-failed'
  | 'credentials-unreadable'
  | 'connection-unsupported';

/** Why no connection to a cluster can be made; the message names the file, context or command concerned. */
export class KubeconfigError extends Error {
  override readonly name = 'KubeconfigError';
  readonly code: KubeconfigErrorCode;

  constructor(code: KubeconfigErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** What the API server answered instead of what was asked for, over HTTP or as ERROR event of a watch. */
export class ApiStatusError extends Error {
  override readonly name = 'ApiStatusError';
  readonly code = 'api-status';
  /** HTTP status; an ERROR event carries the same number. */
  readonly status: number;
  /** Kubernetes' reason: `Expired`, `Forbidden`…, `''` where the body had none. */
  readonly reason: string;
  /** How long the server asks to be left alone, `null` where it does not say. */
  readonly retryAfterSeconds: number | null;

  constructor(answer: { status: number; reason: string; message: string; retryAfterSeconds: number | null }) {
    super(`API server answered ${answer.status}${answer.message ? `: ${answer.message}` : ''}`);
    this.status = answer.status;
    this.reason = answer.reason;
    this.retryAfterSeconds = answer.retryAfterSeconds;
  }

  /** The resource version asked for is gone: only a new list helps. */
  get expired(): boolean {
    return this.status === 410 || this.reason === 'Expired' || this.reason === 'Gone';
  }
}

export type StreamErrorCode =
  /** Nothing came for longer than the watch should have lived. */
  | 'watch-hung'
  /** The server streams, yet never said that the initial objects are complete. */
  | 'initial-events-unfinished'
  /** The server closed a new watch at once and without a word. */
  | 'watch-too-short'
  | 'line-too-long'
  | 'malformed-event'
  /** An event is older than what the watch had told before. */
  | 'events-out-of-order'
  | 'malformed-list'
  | 'body-too-large';

/** An answer that started well and cannot be used. */
export class StreamError extends Error {
  override readonly name = 'StreamError';
  readonly code: StreamErrorCode;

  constructor(code: StreamErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** Stopped before the first complete view of the cluster was there. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
  readonly code = 'stopped';
}

/** The error in one line, with the cause that a network error hides behind its own message. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.message || ('code' in error ? String(error.code) : error.name);
  return error.cause instanceof Error && !own.includes(error.cause.message) ? `${own}: ${error.cause.message}` : own;
}
