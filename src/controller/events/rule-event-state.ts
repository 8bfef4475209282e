import type { Sighting } from './observation.ts';
import type { Said } from './state.ts';

/** Durations in milliseconds. */
export interface Timing {
  /** How long a change must last, so that transient states of a rollout are not published. */
  readonly settle: number;
  /** Upper bound of the delay of a finding that changes all the time. */
  readonly atLatest: number;
  /** How long an Event delays further Events of the same finding; equal to the lifetime of an Event. */
  readonly memory: number;
  readonly longestWait: number;
}

export const TIMING: Timing = { settle: 10_000, atLatest: 60_000, memory: 3_600_000, longestWait: 640_000 };

/** Events per finding and backoff window that are not delayed. */
const FREE = 3;

/** The state of one rule and one Service: the published and the observed finding, and since when they differ. */
export class Standing {
  said: Said | null = null;
  #seen: Sighting = { kind: 'unsure' };
  /** When the current observation was first made. */
  #seenSince = 0;
  /** When the observation began to differ from the published finding. */
  #differsSince: number | null = null;
  /** When the finding appeared, for `since`. */
  #presentSince: number | null = null;
  #announcements: readonly number[] = [];

  get seen(): Sighting {
    return this.#seen;
  }

  see(sighting: Sighting, now: number): void {
    if (signatureOf(sighting) !== signatureOf(this.#seen) || sighting.kind !== this.#seen.kind) this.#seenSince = now;
    this.#seen = sighting;
    if (sighting.kind === 'present') this.#presentSince ??= this.said?.since ?? now;
    else if (sighting.kind !== 'unsure') this.#presentSince = null;
    this.#compare(now);
  }

  /** Replaces the published finding by the stored one. */
  reload(said: Said | null, now: number): void {
    this.said = said;
    if (said && this.#presentSince !== null) this.#presentSince = Math.min(this.#presentSince, said.since);
    this.#compare(now);
  }

  /** When the difference may be published; Infinity if there is none. */
  dueAt(timing: Timing): number {
    if (this.#differsSince === null) return Number.POSITIVE_INFINITY;
    if (this.#seen.kind !== 'present') return this.#seenSince + timing.settle;
    const recent = this.#announcements.filter(at => at > this.#seenSince - timing.memory).length;
    const wait = Math.min(timing.longestWait, timing.settle * 2 ** Math.max(0, recent - FREE + 1));
    return Math.min(this.#seenSince + wait, this.#differsSince + Math.max(timing.atLatest, wait));
  }

  /** The published finding after the difference is published. */
  next(now: number): Said | null {
    if (this.#seen.kind !== 'present') return null;
    return { signature: this.#seen.signature, since: this.#presentSince ?? now };
  }

  announced(said: Said | null, now: number, timing: Timing): void {
    this.said = said;
    if (said) this.#announcements = [...this.#announcements.filter(at => at > now - timing.memory), now];
    this.#compare(now);
  }

  /** True if the entry holds no information and can be dropped. */
  isIdle(now: number, timing: Timing): boolean {
    if (this.said || this.#seen.kind === 'present') return false;
    return this.#announcements.every(at => at <= now - timing.memory);
  }

  #compare(now: number): void {
    const differs = this.#seen.kind !== 'unsure' && signatureOf(this.#seen) !== (this.said?.signature ?? null);
    this.#differsSince = differs ? (this.#differsSince ?? now) : null;
  }
}

function signatureOf(sighting: Sighting): string | null {
  return sighting.kind === 'present' ? sighting.signature : null;
}
