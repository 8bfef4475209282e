import { ApiStatusError, StreamError } from '../client/errors.ts';

/** Upper bound of a Retry-After that is honoured. */
const MAX_RETRY_AFTER_MS = 300_000;

/**
 * Returns true if the server does not support streaming lists. Before 1.34, or with the feature gate off, it rejects
 * the parameter (apimachinery pkg/apis/meta/internalversion/validation, v0.37.1); older servers never announce the end
 * of the initial events.
 */
export function isWatchListUnsupported(error: unknown): boolean {
  if (error instanceof StreamError) return error.code === 'initial-events-unfinished';
  return (
    error instanceof ApiStatusError && [400, 404, 405, 406, 415, 422, 501].includes(error.status) && !error.expired
  );
}

/**
 * Returns true if resuming from the last version would fail again or could miss a change. After a broken connection,
 * 401, 403, 429, 502 or 503 the version is still valid.
 */
export function requiresRelist(error: unknown): boolean {
  if (error instanceof ApiStatusError) return error.expired || ![401, 403, 429, 502, 503].includes(error.status);
  return (
    error instanceof StreamError && ['malformed-event', 'events-out-of-order', 'line-too-long'].includes(error.code)
  );
}

export function retryAfterMs(error: unknown): number {
  const seconds = error instanceof ApiStatusError ? (error.retryAfterSeconds ?? 0) : 0;
  return Math.min(seconds * 1000, MAX_RETRY_AFTER_MS);
}
