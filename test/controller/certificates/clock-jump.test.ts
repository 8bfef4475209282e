import { expect, test } from 'vitest';
import { ApiServerClock } from '../../../src/kube/writer/api-server-clock.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { accepts, DAY, PROPAGATION, World } from './fake-cluster.ts';

const NOW = 'Wed, 01 Jul 2026 00:00:00 GMT';

test("uses the API server's clock and ignores jumps of the local clock", () => {
  const monotonicClock = new FakeClock();
  let own = Date.parse('1999-01-01T00:00:00Z');
  const clock = new ApiServerClock(monotonicClock, () => own);
  expect(clock.now()).toBe(own);
  clock.onDateHeader(NOW);
  own = Date.parse('2050-01-01T00:00:00Z');
  monotonicClock.advance(90_000);
  expect(new Date(clock.now()).toISOString()).toBe('2026-07-01T00:01:30.000Z');
});

test('ignores an invalid Date header', () => {
  const monotonicClock = new FakeClock();
  const clock = new ApiServerClock(monotonicClock, () => 0);
  clock.onDateHeader(NOW);
  clock.onDateHeader('yesterday');
  expect(clock.now()).toBe(Date.parse(NOW));
});

test.each([
  ['a minute back', -60_000],
  ['a year back', -365 * DAY],
  ['ten years ahead', 3_650 * DAY],
])(
  'the API server’s own clock %s: certificates become valid again by themselves, also when it is corrected',
  async (_, jump) => {
    const world = new World();
    await world.settle();
    for (const millis of [jump, -jump]) {
      world.pass(millis);
      await world.settle();
      const leaf = world.leaf();
      expect(world.bundles().every(bundle => accepts(bundle, leaf))).toBe(true);
      expect(leaf.notBefore).toBeLessThanOrEqual(world.now);
      expect(leaf.notAfter).toBeGreaterThan(world.now + PROPAGATION);
    }
  },
);

test('a clock skew of a minute between API servers invalidates no certificate', async () => {
  const world = new World();
  await world.settle();
  world.pass(-60_000);
  expect(await world.settle()).toEqual([]);
});
