import { expect, test } from 'vitest';
import type { ServicePod } from '../../../src/engine/workloads/service-pods.ts';
import { MAX_SETS, stayingPods } from '../../../src/engine/workloads/staying-pods.ts';

function pod(name: string, nodeName: string, zone: string): ServicePod {
  return { name, nodeName, zone, isReady: true, addresses: [], slices: 'web-1' };
}

const names = (pods: readonly ServicePod[]) => pods.map(({ name }) => name).join(' ');

test('Pods of one node and slice are one choice', () => {
  const matching = [pod('p1', 'n1', 'a'), pod('p2', 'n1', 'a'), pod('p3', 'n2', 'b')];
  const { sets, isComplete } = stayingPods({ matching, others: [] }, 2, new Set(['n1', 'n2']));
  expect(isComplete).toBe(true);
  expect(new Set(sets.map(names))).toEqual(new Set(['p1 p3', 'p1 p2']));
});

test('above the limit, the sets are those that cover most nodes and zones, and one that covers few', () => {
  const matching = Array.from({ length: 20 }, (_, i) => pod(`p${i}`, `n${i % 10}`, i % 10 === 9 ? 'b' : 'a'));
  const clients = new Set(['n0', 'n1', 'n2', 'n3']);
  const { sets, isComplete } = stayingPods({ matching, others: [] }, 5, clients);
  expect([sets.length <= MAX_SETS, isComplete]).toEqual([true, false]);
  const [nodes, zones, few] = sets;
  expect(nodes?.map(({ nodeName }) => nodeName)).toEqual(expect.arrayContaining([...clients]));
  expect(new Set(zones?.map(({ zone }) => zone)).size).toBe(2);
  expect(new Set(few?.map(({ nodeName }) => nodeName)).size).toBeLessThanOrEqual(5);
  expect(sets.every(set => set.length === 5)).toBe(true);
});

test('places of other Pods of the Service need no Pod', () => {
  const matching = [pod('p1', 'n1', 'a'), pod('p2', 'n2', 'b')];
  const other = { address: '10.0.0.9', ready: true, serving: true, terminating: false, hints: null };
  const { sets } = stayingPods(
    { matching, others: [{ ...other, nodeName: 'n1', zone: 'a' }] },
    1,
    new Set(['n1', 'n2']),
  );
  expect(names(sets[0] ?? [])).toBe('p2');
});

test('Pods on more nodes than there may be sets are not tried one by one', () => {
  const matching = Array.from({ length: 10_000 }, (_, i) => pod(`p${i}`, `n${i}`, 'a'));
  const { sets, isComplete } = stayingPods({ matching, others: [] }, 5000, new Set());
  expect([sets.length, isComplete]).toEqual([3, false]);
});
