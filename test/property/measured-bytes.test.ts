import { expect, test } from 'vitest';
import { Advisor } from '../../src/engine/advice/advisor.ts';
import { bytesDisagreements } from './measured-bytes.ts';
import { randomAdvice } from './random-advice.ts';

const CASES = 400;

test(`bytes between zones equal those counted node by node (${CASES} clusters)`, () => {
  const compared = Array.from({ length: CASES }, (_, i) => bytesDisagreements(i + 1)).filter(found => found !== null);
  expect(compared.flat()).toEqual([]);
  expect(compared.length).toBeGreaterThan(CASES / 20);
});

test('rates in proportion to CPU give exactly the advice without rates', () => {
  let compared = 0;
  for (let seed = 1; seed <= CASES; seed++) {
    const { service, cluster } = randomAdvice(seed);
    const nodes = cluster.topology.nodes();
    const isBlind = nodes.every(({ milliCPU }) => milliCPU === 0);
    const rates = nodes.map(({ name, milliCPU }) => ({
      ...{ namespace: 'default', service: 'web', from: { kind: 'node' as const, name } },
      // A power of two, so that quotients are the same.
      perSecond: isBlind ? 64 : milliCPU * 64,
    }));
    const traffic = { unit: 'bytes' as const, rates, origin: 'a test', leftOut: [] };
    const measured = new Advisor({ ...cluster, traffic }).advise(service);
    const { traffic: _, assumed: __, ...own } = measured;
    const { traffic: ___, assumed: ____, ...byCPU } = new Advisor({ ...cluster, traffic: null }).advise(service);
    expect(own, `seed ${seed}`).toEqual(byCPU);
    if (measured.traffic?.summary.by === 'rates') compared++;
  }
  expect(compared).toBeGreaterThan(CASES / 4);
});
