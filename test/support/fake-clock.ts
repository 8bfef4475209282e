import type { Clock } from '../../src/runtime/clock.ts';
import { until } from './until.ts';

/** A clock that only the test advances. */
export class FakeClock implements Clock {
  #now = Date.parse('2026-07-01T00:00:00Z');
  #timers = new Set<{ at: number; ms: number; run: () => void }>();

  /** How far the wall clock was set forward. */
  wallOffsetMs = 0;

  now(): number {
    return this.#now + this.wallOffsetMs;
  }

  monotonicMs(): number {
    return this.#now;
  }

  setTimer(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + ms, ms, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** The durations of the pending timers. */
  pending(): readonly number[] {
    return [...this.#timers].map(timer => timer.ms);
  }

  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = [...this.#timers].filter(timer => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#timers.delete(next);
      this.#now = next.at;
      next.run();
    }
    this.#now = end;
  }

  /** Waits until a timer of `from` to `to` milliseconds is set, fires it, and returns its duration. */
  async passTimer(from: number, to: number): Promise<number> {
    const find = () => [...this.#timers].find(timer => timer.ms >= from && timer.ms <= to);
    await until(`a timer of ${from} to ${to} ms`, () => find() !== undefined);
    const timer = find();
    if (!timer) throw new Error('the timer was cancelled');
    this.advance(timer.at - this.#now);
    return timer.ms;
  }

  /** Fires the timer of a retry delay; watchdogs are set for 30 s and more. */
  passBackoff(): Promise<number> {
    return this.passTimer(1, 29_999);
  }
}
