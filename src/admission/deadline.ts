import { UNIT_MS } from '../runtime/duration.ts';

/** The default timeout of the API server (admissionregistration.k8s.io/v1 timeoutSeconds). */
const DEFAULT_TIMEOUT_MS = 10_000;

/** The maximum in a webhook configuration (admissionregistration.k8s.io/v1 timeoutSeconds). */
const MAX_TIMEOUT_MS = 30_000;

/** Reserved for writing the response and for the network. */
export const RESPONSE_MARGIN_MS = 150;

/** Parses `?timeout=`, a Go duration such as `2s` or `1m30s`. Returns milliseconds, at most 30 s. */
export function parseTimeout(text: unknown): number {
  if (text === undefined) return DEFAULT_TIMEOUT_MS;
  // The usual form: whole seconds.
  if (typeof text === 'string' && /^\d+s$/.test(text))
    return Math.min(Number.parseInt(text, 10) * 1000, MAX_TIMEOUT_MS);
  if (typeof text !== 'string' || !/^(\d{1,9}(\.\d{1,9})?(ms|s|m|h))+$/.test(text)) return DEFAULT_TIMEOUT_MS;
  let millis = 0;
  for (const [, number, unit] of text.matchAll(/(\d{1,9}(?:\.\d{1,9})?)(ms|s|m|h)/g)) {
    millis += Number(number) * (UNIT_MS[unit ?? 's'] ?? 1000);
  }
  return Math.min(millis, MAX_TIMEOUT_MS);
}

/** The time by which a response must be sent. */
export class Deadline {
  readonly #end: number;
  readonly #now: () => number;

  constructor(timeoutMs: number, now: () => number) {
    this.#now = now;
    this.#end = now() + Math.max(timeoutMs - RESPONSE_MARGIN_MS, timeoutMs / 2);
  }

  get remainingMs(): number {
    return Math.max(0, this.#end - this.#now());
  }

  get expired(): boolean {
    return this.#now() >= this.#end;
  }
}
