import { UNIT_MS } from '../runtime/duration.ts';

/** What the API server waits when the URL does not say (admissionregistration.k8s.io/v1 timeoutSeconds). */
const DEFAULT_TIMEOUT = 10_000;

/** The longest that a webhook configuration may ask for (admissionregistration.k8s.io/v1 timeoutSeconds). */
const MAX_TIMEOUT = 30_000;

/** Left for writing the answer and for the network. */
const MARGIN = 150;

/** `?timeout=` as the API server writes it, a Go duration of one or more parts (`2s`, `1m30s`), in milliseconds, at most 30 s. */
export function parseTimeout(text: unknown): number {
  if (text === undefined) return DEFAULT_TIMEOUT;
  // Nearly always it is a number of whole seconds.
  if (typeof text === 'string' && /^\d+s$/.test(text)) return Math.min(Number.parseInt(text, 10) * 1000, MAX_TIMEOUT);
  if (typeof text !== 'string' || !/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return DEFAULT_TIMEOUT;
  let millis = 0;
  for (const [, number, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    millis += Number(number) * (UNIT_MS[unit ?? 's'] ?? 1000);
  }
  return Math.min(millis, MAX_TIMEOUT);
}

/** The moment by which an answer must be on its way. */
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
