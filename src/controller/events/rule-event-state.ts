import type { Sighting } from './observation.ts';
import type { Said } from './state.ts';

/** Milliseconds. */
export interface Timing {
  /** News must stand this long: what a rollout brings about and takes back is none. */
  readonly settle: number;
  /** News that changes all the time is told at the latest after this. */
  readonly atLatest: number;
  /** For how long an announcement makes the next one of the same finding wait longer; an Event lives as long. */
  readonly memory: number;
  readonly longestWait: number;
}

export const TIMING: Timing = { settle: 10_000, atLatest: 60_000, memory: 3_600_000, longestWait: 640_000 };

/** So many announcements of one finding within `memory` wait no longer than the first. */
const FREE = 3;

/** One rule and one Service: what was announced, what is seen, and since when they differ. */
export class Standing {
  said: Said | null = null;
  #seen: Sighting = { kind: 'unsure' };
  /** When what is seen now was seen first. */
  #seenSince = 0;
  /** When what is seen began to differ from what was said. */
  #differsSince: number | null = null;
  /** When the finding came up, for `since`. */
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

  /** What holds instead of what this process thought it had said. */
  reload(said: Said | null, now: number): void {
    this.said = said;
    if (said && this.#presentSince !== null) this.#presentSince = Math.min(this.#presentSince, said.since);
    this.#compare(now);
  }

  /** When the difference may be announced; Infinity where there is none. */
  dueAt(timing: Timing): number {
    if (this.#differsSince === null) return Number.POSITIVE_INFINITY;
    if (this.#seen.kind !== 'present') return this.#seenSince + timing.settle;
    const recent = this.#announcements.filter(at => at > this.#seenSince - timing.memory).length;
    const wait = Math.min(timing.longestWait, timing.settle * 2 ** Math.max(0, recent - FREE + 1));
    return Math.min(this.#seenSince + wait, this.#differsSince + Math.max(timing.atLatest, wait));
  }

  /** What `said` will be once the difference is announced. */
  next(now: number): Said | null {
    if (this.#seen.kind !== 'present') return null;
    return { signature: this.#seen.signature, since: this.#presentSince ?? now };
  }

  announced(said: Said | null, now: number, timing: Timing): void {
    this.said = said;
    if (said) this.#announcements = [...this.#announcements.filter(at => at > now - timing.memory), now];
    this.#compare(now);
  }

  /** True where nothing is left to remember. */
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
