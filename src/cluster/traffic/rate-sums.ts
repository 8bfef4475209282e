import type { TrafficRate, TrafficSource } from '../../model/measured-traffic.ts';

/** Per second; more than any network carries. */
export const MAX_RATE = 1e15;

/** Adds up the rates of each pair of Service and source. */
export class RateSums {
  readonly #sums = new Map<string, { -readonly [K in keyof TrafficRate]: TrafficRate[K] }>();
  /** A file names few sources, each of them often. */
  readonly #sources = new Map<string, TrafficSource>();

  add({ namespace, service, from, perSecond }: TrafficRate): void {
    const sourceKey = `${from.kind} ${from.name}`;
    const source = this.#sources.get(sourceKey) ?? from;
    this.#sources.set(sourceKey, source);
    const key = `${namespace}/${service} ${sourceKey}`;
    const sum = this.#sums.get(key);
    if (sum) sum.perSecond += perSecond;
    else this.#sums.set(key, { namespace, service, from: source, perSecond });
  }

  result(): readonly TrafficRate[] {
    return [...this.#sums.values()];
  }
}
