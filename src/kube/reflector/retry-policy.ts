import { Backoff } from '../../runtime/backoff.ts';
import { errorMessageWithCause } from '../../runtime/errors.ts';
import { ApiStatusError } from '../client/errors.ts';
import { retryAfterMs } from './error-classes.ts';
import type { ReflectorOptions } from './reflector-options.ts';

/** Decides how long a reflector waits after a failure, and logs it. */
export class RetryPolicy {
  readonly #options: Pick<ReflectorOptions<object>, 'resource' | 'log'>;
  readonly #backoff: Backoff;
  /** Separate: an expired version is reported by a healthy server, so it must not raise the delay after errors. */
  readonly #expiryBackoff: Backoff;

  constructor(options: Pick<ReflectorOptions<object>, 'resource' | 'log' | 'clock' | 'random'>) {
    this.#options = options;
    this.#backoff = new Backoff(options.clock, options.random);
    this.#expiryBackoff = new Backoff(options.clock, options.random);
  }

  /** `failed` is false for an expired resource version; `resumes`: the watch continues at its version. */
  onFailure(error: unknown, resumes: boolean): { readonly waitMs: number; readonly failed: boolean } {
    const { log, resource } = this.#options;
    const expired = error instanceof ApiStatusError && error.expired;
    const waitMs = Math.max((expired ? this.#expiryBackoff : this.#backoff).next(), retryAfterMs(error));
    const fields = { resource: resource.name, error: errorMessageWithCause(error), waitMs: Math.round(waitMs) };
    if (expired) log('info', 'resource version expired, listing again', fields);
    else log('warn', 'watch failed', { ...fields, resumes });
    return { waitMs, failed: !expired };
  }
}
