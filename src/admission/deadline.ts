import { UNIT_MS } from '../runtime/duration.ts';

/** The default timeout of the API server (admissionregistration.k8s.io/v1 timeoutSeconds). */
const DEFAULT_TIMEOUT = 10_000;

/** The maximum in a webhook configuration (admissionregistration.k8s.io/v1 timeoutSeconds). */
const MAX_TIMEOUT = 30_000;

/** Reserved for writing the response and for the network. */
const MARGIN = 150;

/** Parses `?timeout=`, a Go duration such as `2s` or `1m30s`. Returns milliseconds, at most 30 s. */
export function parseTimeout(text: unknown): number {
  if (text === undefined) return DEFAULT_TIMEOUT;
  // The usual form: whole seconds.
  if (typeof text === 'string' && /^\d+s$/.test(text)) return Math.min(Number.parseInt(text, 10) * 1000, MAX_TIMEOUT);
  if (typeof text !== 'string' || !/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return DEFAULT_TIMEOUT;
  let millis = 0;
  for (const [, number, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    millis += Number(number) * (UNIT_MS[unit ?? 's'] ?? 1000);
  }
  return Math.min(millis, MAX_TIMEOUT);
}

/** The time by which a response must be sent. */
export class Deadline {
  readonly #end: number;
  readonly #now: () => number;

  constructor(timeoutMillis: number, now: () => number) {
    this.#now = now;
    this.#end = now() + Math.max(timeoutMillis - MARGIN, timeoutMillis / 2);
  }

  get remaining(): number {
    return Math.max(0, this.#end - this.#now());
  }

  get passed(): boolean {
    return this.#now() >= this.#end;
  }
}
