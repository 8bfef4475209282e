import { expect, test } from 'vitest';
import type { Node } from '../../src/model/node.ts';
import { allocateAutoHints } from '../../src/topology/auto-hints.ts';
import { NodeSet } from '../../src/topology/node-set.ts';
import { endpoint, node, slice } from '../support/builders.ts';

/** One node per zone, with the given number of cores. */
const zones = (...cores: readonly number[]): readonly Node[] =>
  cores.map((cpu, i) => node(`n${i}`, { zone: `zone-${i}`, milliCPU: cpu * 1000 }));

function allocate(count: number, nodes: readonly Node[]) {
  const endpoints = Array.from({ length: count }, (_, i) => {
    const at = nodes[i % nodes.length];
    return endpoint(`10.0.0.${i}`, at?.name ?? null, { zone: at?.zone ?? null });
  });
  return allocateAutoHints([slice(endpoints)], new NodeSet(nodes));
}

test.each([
  ['three equal zones', [1, 1, 1], 4, 6],
  ['two equal zones', [1, 1], 3, 4],
  ['one large zone and two small ones', [18, 1, 1], 3, 8],
])('%s: the stated number of endpoints is the next one that is enough', (_what, cores, count, needed) => {
  const nodes = zones(...cores);
  expect(allocate(count, nodes)).toMatchObject({ kind: 'none', gap: { kind: 'overload-threshold', needed } });
  for (let n = count; n < needed; n++) expect(allocate(n, nodes).kind).toBe('none');
  expect(allocate(needed, nodes).kind).toBe('hints');
});
