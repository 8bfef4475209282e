import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EvaluationInput } from '../../src/engine/evaluate.ts';
import { evaluate } from '../../src/engine/evaluate.ts';
import { Memory } from '../../src/engine/evaluation-cache.ts';
import { DEFAULT_POLICY } from '../../src/engine/policy.ts';
import type { Change } from '../../src/model/change.ts';
import { RULES } from '../../src/rules/index.ts';
import { DEFAULT_CLIENT_NODES } from '../../src/topology/client-nodes.ts';
import { topology } from '../topology/built.ts';
import { nodes, slices } from '../topology/random-cluster.ts';
import { FACTS, web, withAnnotations } from './given.ts';

const services = fc
  .record({
    spec: fc.constantFrom(
      '',
      'internalTrafficPolicy: Local',
      'internalTrafficPolicy: Local\ntrafficDistribution: PreferSameZone',
      'trafficDistribution: PreferSameZone',
      'trafficDistribution: PreferSameNode',
      'trafficDistribution: PreferClose\npublishNotReadyAddresses: true',
      'type: NodePort\nexternalTrafficPolicy: Local',
    ),
    annotations: fc.constantFrom<Record<string, string>>(
      {},
      {},
      { 'service.kubernetes.io/topology-mode': 'Auto' },
      { 'zonewise.dev/client-nodes': 'type!=virtual-kubelet' },
      { 'zonewise.dev/client-nodes': 'type=virtual-kubelet' },
    ),
  })
  .map(({ spec, annotations }) => withAnnotations(web(spec), annotations));

const changes: fc.Arbitrary<Change> = fc
  .tuple(services, fc.option(services), fc.constantFrom<Change['source']>('admission', 'files', 'cluster'))
  .map(([service, old, source]) => ({ operation: old ? 'UPDATE' : 'CREATE', source, service, old, violations: [] }));

const POLICIES = [DEFAULT_POLICY, { ...DEFAULT_POLICY, clientNodes: { ...DEFAULT_CLIENT_NODES, minAgeMillis: 0 } }];

/** Any order of changes, in a cluster whose nodes and slices are now these, now those, at any time. */
const reviews = fc
  .tuple(fc.array(nodes, { minLength: 1, maxLength: 2 }), fc.array(slices, { minLength: 1, maxLength: 3 }))
  .chain(([someNodes, someSlices]) =>
    fc.array(
      fc
        .record({
          change: changes,
          nodes: fc.constantFrom(...someNodes),
          slices: fc.constantFrom(...someSlices),
          seconds: fc.constantFrom(0, 29, 30, 31),
          minor: fc.constantFrom(30, 33, 37),
          policy: fc.constantFrom(...POLICIES),
        })
        .map(
          (one): EvaluationInput => ({
            rules: RULES,
            change: one.change,
            topology: topology(one.nodes, one.slices),
            facts: { ...FACTS, version: { minor: one.minor }, now: FACTS.now + one.seconds * 1000 },
            policy: one.policy,
          }),
        ),
      { minLength: 1, maxLength: 8 },
    ),
  );

test('what is remembered changes no answer', () => {
  fc.assert(
    fc.property(reviews, inputs => {
      const memory = new Memory();
      for (const input of inputs) {
        const { failures, ...fresh } = evaluate(input);
        expect(failures).toEqual([]);
        expect(evaluate({ ...input, memory })).toEqual({ ...fresh, failures: [] });
      }
    }),
    { numRuns: 150 },
  );
});

test('what is remembered is used while nodes and slices stay, and only then', () => {
  const memory = new Memory();
  const cluster = topology([], []);
  const nodes = memory.nodes(cluster.nodes());
  expect(memory.nodes(cluster.nodes())).toBe(nodes);
  expect(memory.nodes([])).not.toBe(nodes);
});
