import type { Pair } from './certificate.ts';
import type { Absence } from './secrets.ts';
import type { Configuration } from './webhook-configuration.ts';

/**
 * For how long the signing authority has been seen in every caBundle. Kept in memory, by a clock that does not jump: a
 * new leader believes only what it saw itself, and waits once more.
 */
export class Publication {
  #seen: { readonly authority: string; readonly since: number } | null = null;

  /** Milliseconds since it was first seen everywhere without a break after; 0 where it is not. */
  observe(signing: Pair | Absence, configurations: readonly Configuration[], now: number): number {
    const authority = typeof signing === 'string' ? null : signing.certificate.pem;
    const everywhere =
      authority !== null &&
      configurations.every(({ bundles }) => bundles.every(bundle => bundle.includes(authority.trim())));
    if (!everywhere) this.#seen = null;
    else if (this.#seen?.authority !== authority) this.#seen = { authority, since: now };
    return this.#seen ? now - this.#seen.since : 0;
  }
}
