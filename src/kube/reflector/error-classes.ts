import { ApiStatusError, StreamError } from '../client/errors.ts';

/** A server may ask for patience, yet not for ever. */
const LONGEST_RETRY_AFTER_MS = 300_000;

/**
 * True where the server does not know streaming lists: before 1.34, or with the gate off, it rejects the parameter
 * (apimachinery pkg/apis/meta/internalversion/validation, v0.37.1); older ones never announce the end.
 */
export function lacksWatchList(error: unknown): boolean {
  if (error instanceof StreamError) return error.code === 'initial-events-unfinished';
  return (
    error instanceof ApiStatusError && [400, 404, 405, 406, 415, 422, 501].includes(error.status) && !error.expired
  );
}

/**
 * True where watching on from the last version would fail again, or might miss something. A broken connection, an
 * unwilling or an overloaded server leave the version valid.
 */
export function mustRelist(error: unknown): boolean {
  if (error instanceof ApiStatusError) return error.expired || ![401, 403, 429, 502, 503].includes(error.status);
  return (
    error instanceof StreamError && ['malformed-event', 'events-out-of-order', 'line-too-long'].includes(error.code)
  );
}

export function retryAfterMs(error: unknown): number {
  const seconds = error instanceof ApiStatusError ? (error.retryAfterSeconds ?? 0) : 0;
  return Math.min(seconds * 1000, LONGEST_RETRY_AFTER_MS);
}
