import type { Observation } from './observation.ts';
import type { PublishedFinding } from './state.ts';

/** Durations in milliseconds. */
export interface EventTiming {
  /** How long a change must last, so that transient states of a rollout are not published. */
  readonly stabilizationMs: number;
  /** Upper bound of the delay of a finding that changes all the time. */
  readonly maxDelayMs: number;
  /** How long an Event delays further Events of the same finding; equal to the lifetime of an Event. */
  readonly backoffWindowMs: number;
  readonly maxBackoffMs: number;
}

export const DEFAULT_EVENT_TIMING: EventTiming = {
  stabilizationMs: 10_000,
  maxDelayMs: 60_000,
  backoffWindowMs: 3_600_000,
  maxBackoffMs: 640_000,
};

/** Events per finding and backoff window that are not delayed. */
const EVENTS_BEFORE_BACKOFF = 3;

/** The state of one rule and one Service: the published and the observed finding, and since when they differ. */
export class RuleEventState {
  published: PublishedFinding | null = null;
  #seen: Observation = { kind: 'unsure' };
  /** When the current observation was first made. */
  #seenSince = 0;
  /** When the observation began to differ from the published finding. */
  #differsSince: number | null = null;
  /** When the finding appeared, for `since`. */
  #presentSince: number | null = null;
  #publishTimes: readonly number[] = [];

  get seen(): Observation {
    return this.#seen;
  }

  see(observation: Observation, now: number): void {
    if (signatureOf(observation) !== signatureOf(this.#seen) || observation.kind !== this.#seen.kind)
      this.#seenSince = now;
    this.#seen = observation;
    if (observation.kind === 'present') this.#presentSince ??= this.published?.since ?? now;
    else if (observation.kind !== 'unsure') this.#presentSince = null;
    this.#compare(now);
  }

  /** Replaces the published finding by the stored one. */
  reload(published: PublishedFinding | null, now: number): void {
    this.published = published;
    if (published && this.#presentSince !== null) this.#presentSince = Math.min(this.#presentSince, published.since);
    this.#compare(now);
  }

  /** When the difference may be published; Infinity if there is none. */
  dueAt(timing: EventTiming): number {
    if (this.#differsSince === null) return Number.POSITIVE_INFINITY;
    if (this.#seen.kind !== 'present') return this.#seenSince + timing.stabilizationMs;
    const recent = this.#publishTimes.filter(at => at > this.#seenSince - timing.backoffWindowMs).length;
    const wait = Math.min(
      timing.maxBackoffMs,
      timing.stabilizationMs * 2 ** Math.max(0, recent - EVENTS_BEFORE_BACKOFF + 1),
    );
    return Math.min(this.#seenSince + wait, this.#differsSince + Math.max(timing.maxDelayMs, wait));
  }

  /** The published finding after the difference is published. */
  next(now: number): PublishedFinding | null {
    if (this.#seen.kind !== 'present') return null;
    return { signature: this.#seen.signature, since: this.#presentSince ?? now };
  }

  markPublished(published: PublishedFinding | null, now: number, timing: EventTiming): void {
    this.published = published;
    if (published) this.#publishTimes = [...this.#publishTimes.filter(at => at > now - timing.backoffWindowMs), now];
    this.#compare(now);
  }

  /** True if the entry holds no information and can be dropped. */
  isIdle(now: number, timing: EventTiming): boolean {
    if (this.published || this.#seen.kind === 'present') return false;
    return this.#publishTimes.every(at => at <= now - timing.backoffWindowMs);
  }

  #compare(now: number): void {
    const differs = this.#seen.kind !== 'unsure' && signatureOf(this.#seen) !== (this.published?.signature ?? null);
    this.#differsSince = differs ? (this.#differsSince ?? now) : null;
  }
}

function signatureOf(observation: Observation): string | null {
  return observation.kind === 'present' ? observation.signature : null;
}
