import { expect, test } from 'vitest';
import type { Topology } from '../../src/model/topology.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { warmUp } from '../../src/webhook/warm-up.ts';
import { cluster, reviewEnvironment } from './harness.ts';

/** A rule that records the Services it evaluates. */
function recorder() {
  const seen = new Set<string>();
  const rule = {
    id: 'recorder',
    level: 'warn',
    needs: ['endpoints'],
    appliesTo: () => true,
    check(ctx: { service: { namespace: string; name: string } }) {
      seen.add(`${ctx.service.namespace}/${ctx.service.name}`);
      return [];
    },
  } as unknown as Rule;
  return { seen, rule };
}

test('runs the rules on a Service with endpoints, without Pod lookups', async () => {
  const { seen, rule } = recorder();
  const topology = cluster('agent');
  const service = { namespace: 'default', name: 'agent' } as never;
  const pods = {
    find: () => {
      throw new Error('no Pods are to be listed');
    },
  };
  const over: Topology = {
    nodes: () => topology.nodes(),
    node: name => topology.node(name),
    services: () => [service],
    service: () => service,
    slices: (namespace, name) => topology.slices(namespace, name),
    workloads: () => [],
    namespaceLabels: () => ({}),
  };
  await warmUp(reviewEnvironment({ rules: [rule], topology: () => over, pods }));
  expect([...seen]).toEqual(['default/agent']);
});

test('works without Services and on a version newer than known', async () => {
  const facts = { ...reviewEnvironment().facts(), version: { minor: 99 } };
  await expect(warmUp(reviewEnvironment({ topology: () => cluster(), facts: () => facts }))).resolves.toBeUndefined();
});

test('fails if reviews would fail', async () => {
  const broken = () => {
    throw new Error('no facts');
  };
  await expect(warmUp(reviewEnvironment({ facts: broken }))).rejects.toThrow();
});
