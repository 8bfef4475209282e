import { CodedError } from '../../runtime/errors.ts';

export type KubeconfigErrorCode =
  | 'kubeconfig-missing'
  | 'kubeconfig-unreadable'
  | 'context-unknown'
  | 'exec-plugin-failed'
  | 'credentials-unreadable'
  | 'connection-unsupported';

/** The reason why zonewise cannot connect to a cluster. The message names the file, context or command. */
export class KubeconfigError extends CodedError<KubeconfigErrorCode> {
  override readonly name = 'KubeconfigError';
}

/** An error status of the API server, from an HTTP answer or an ERROR event of a watch. */
export class ApiStatusError extends Error {
  override readonly name = 'ApiStatusError';
  readonly code = 'api-status';
  /** HTTP status; an ERROR event carries it as `code`. */
  readonly status: number;
  /** Kubernetes' reason, such as `Expired` or `Forbidden`; `''` if the body has none. */
  readonly reason: string;
  /** Seconds to wait before the next request; `null` if the server sent none. */
  readonly retryAfterSeconds: number | null;

  constructor(answer: { status: number; reason: string; message: string; retryAfterSeconds: number | null }) {
    super(`API server answered ${answer.status}${answer.message ? `: ${answer.message}` : ''}`);
    this.status = answer.status;
    this.reason = answer.reason;
    this.retryAfterSeconds = answer.retryAfterSeconds;
  }

  /** True if the requested resource version has expired: a new list is necessary. */
  get expired(): boolean {
    return this.status === 410 || this.reason === 'Expired' || this.reason === 'Gone';
  }
}

export type StreamErrorCode =
  /** No data for longer than the requested duration of the watch. */
  | 'watch-hung'
  /** The server streams, but has not announced the end of the initial objects. */
  | 'initial-events-unfinished'
  /** The server closed a new watch immediately and without an event. */
  | 'watch-too-short'
  | 'line-too-long'
  | 'malformed-event'
  /** An event is older than an earlier event of the watch. */
  | 'events-out-of-order'
  | 'malformed-list'
  | 'body-too-large';

/** An answer with a 2xx status whose body is unusable. */
export class StreamError extends CodedError<StreamErrorCode> {
  override readonly name = 'StreamError';
}

/** Stopped before the first complete list of the cluster was read. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
  readonly code = 'stopped';
}
