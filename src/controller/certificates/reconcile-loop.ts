import { describeError } from '../../kube/client/errors.ts';
import { isConflict } from '../../kube/writer/api-writer.ts';
import { Backoff } from '../../runtime/backoff.ts';
import { type Clock, pause } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import type { LeaderPart } from '../leader/runnable.ts';

/** How often the objects are looked at while all is well: four small GETs. A broken caBundle is mended this soon. */
const LOOK_EVERY_MS = 5_000;
/** Steps and conflicts in a row before a rest: a first installation takes three, a fight with another writer no end. */
const MOST_AT_ONCE = 10;

export interface KeeperOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** One look and at most one step; how many milliseconds nothing will be due, 0 after a step. */
  readonly advance: (signal: AbortSignal) => Promise<number>;
}

/** Keeps the certificates in order for as long as this process leads. */
export class CertificateKeeper implements LeaderPart {
  readonly name = 'certificates';
  readonly #options: KeeperOptions;
  readonly #backoff: Backoff;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#backoff = new Backoff(options.clock);
  }

  async run(signal: AbortSignal): Promise<void> {
    let inARow = 0;
    while (!signal.aborted) {
      const quiet = await this.#advance(signal);
      inARow = quiet === 0 ? inARow + 1 : 0;
      if (inARow > 0 && inARow < MOST_AT_ONCE) continue;
      inARow = 0;
      await pause(this.#options.clock, quiet || LOOK_EVERY_MS, signal);
    }
  }

  /** Milliseconds until the next look, 0 for at once. */
  async #advance(signal: AbortSignal): Promise<number> {
    try {
      return Math.min(await this.#options.advance(signal), LOOK_EVERY_MS);
    } catch (error) {
      // Somebody wrote meanwhile: what is due now, only a new look tells.
      if (isConflict(error) || signal.aborted) return 0;
      const waitMs = this.#backoff.next();
      this.#options.log('warn', 'certificates not looked after', {
        error: describeError(error),
        waitMs: Math.round(waitMs),
      });
      return waitMs;
    }
  }
}
