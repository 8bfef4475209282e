/** From and to in milliseconds since the epoch. */
export interface DelayWindow {
  readonly from: number;
  readonly to: number;
}

/** Delays of the event loop, in milliseconds. */
export interface Delays {
  readonly samples: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** A message of the probe. */
export type ProbeMessage = { readonly mark: string; readonly at: number } | { readonly delays: Delays };

export function summarise(delays: readonly number[]): Delays {
  const sorted = delays.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { samples: sorted.length, p50: at(0.5), p99: at(0.99), p999: at(0.999), max: at(1) };
}

export function describeDelays({ samples, p50, p99, p999, max }: Delays): string {
  const [mid, high, top, most] = [p50, p99, p999, max].map(delay => delay.toFixed(1));
  return `p50 ${mid}, p99 ${high}, p99.9 ${top}, most ${most} ms (${samples} samples)`;
}

/** Delays of the measured process, and of the idle one in the same time. */
export interface Compared {
  readonly own: Delays;
  readonly idle: Delays;
}

/** The measurement with the shortest stalls of its own. */
export function best(all: readonly Compared[]): Compared {
  const [first] = all.toSorted((a, b) => a.own.p999 - b.own.p999);
  if (!first) throw new RangeError('nothing was measured');
  return first;
}

export function aboveIdle({ own, idle }: Compared): number {
  return own.p999 - idle.p999;
}
