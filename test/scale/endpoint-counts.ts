import type { Size } from './size.ts';

/** The few large ones, in descending order. */
const LARGE = [5_000, ...Array<number>(10).fill(1_000), ...Array<number>(50).fill(200)];

/** The endpoint count of each Service: few have many, all others a handful, and the sum is the given one. */
export function endpointCounts({ services, endpoints }: Pick<Size, 'services' | 'endpoints'>): readonly number[] {
  const counts = [...LARGE];
  let left = endpoints - LARGE.reduce((sum, count) => sum + count, 0);
  for (let open = services - LARGE.length; open > 0; open--) {
    const mean = left / open;
    // From one endpoint to twice the mean, cyclically; the last Service takes the rest.
    const count = open === 1 ? left : Math.max(1, Math.round((mean * 2 * (open % 10)) / 9));
    counts.push(count);
    left -= count;
  }
  return counts;
}
