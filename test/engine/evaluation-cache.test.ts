import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Bounds } from '../../src/engine/bounded-map.ts';
import { BoundedMap } from '../../src/engine/bounded-map.ts';
import type { EvaluationInput } from '../../src/engine/evaluate.ts';
import { evaluate } from '../../src/engine/evaluate.ts';
import { EvaluationCache } from '../../src/engine/evaluation-cache.ts';
import { DEFAULT_POLICY } from '../../src/engine/policy.ts';
import { resultKey } from '../../src/engine/result-key.ts';
import { ANNOTATIONS_READ, LABELS_READ } from '../../src/model/annotations.ts';
import type { Change } from '../../src/model/change.ts';
import { ASSUMED_KUBE_PROXY } from '../../src/model/data-plane.ts';
import { type EndpointSlice, isControllerManaged } from '../../src/model/endpoint-slice.ts';
import type { Service } from '../../src/model/service.ts';
import { RULES } from '../../src/rules/index.ts';
import { DEFAULT_CLIENT_NODES } from '../../src/topology/client-nodes.ts';
import { FACTS, slice, topology, web, withAnnotations } from '../support/builders.ts';
import { nodes, slices } from '../topology/random-cluster.ts';

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
  .tuple(services, fc.option(services), fc.constantFrom<Change['source']>('admission', 'admission', 'files', 'cluster'))
  .map(([service, old, source]) => ({ operation: old ? 'UPDATE' : 'CREATE', source, service, old, violations: [] }));

const POLICIES = [DEFAULT_POLICY, { ...DEFAULT_POLICY, clientNodes: { ...DEFAULT_CLIENT_NODES, minAgeMs: 0 } }];

/** A few changes in any order and at any time, in a cluster that switches between sets of nodes and slices. */
const reviews = fc
  .tuple(
    fc.array(nodes, { minLength: 1, maxLength: 2 }),
    fc.array(slices, { minLength: 1, maxLength: 3 }),
    fc.array(changes, { minLength: 1, maxLength: 3 }),
  )
  .chain(([someNodes, someSlices, someChanges]) =>
    fc.array(
      fc
        .record({
          change: fc.constantFrom(...someChanges),
          nodes: fc.constantFrom(...someNodes),
          slices: fc.constantFrom(...someSlices),
          seconds: fc.constantFrom(0, 29, 30, 31),
          minor: fc.constantFrom(33, 37),
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
      { minLength: 10, maxLength: 25 },
    ),
  );

test('gives the results of an evaluation without a cache', () => {
  let reused = 0;
  fc.assert(
    fc.property(reviews, inputs => {
      const cache = new EvaluationCache();
      const seen = new Set<unknown>();
      for (const input of inputs) {
        const { failures, ...fresh } = evaluate(input);
        expect(failures).toEqual([]);
        const cached = evaluate({ ...input, cache });
        expect(cached).toEqual({ ...fresh, failures: [] });
        if (seen.has(cached.skipped)) reused++;
        seen.add(cached.skipped);
      }
    }),
    { numRuns: 80 },
  );
  expect(reused).toBeGreaterThan(15);
});

test('is used only while the nodes are unchanged', () => {
  const cache = new EvaluationCache();
  const cluster = topology([], []);
  const assignment = ASSUMED_KUBE_PROXY.candidates[0];
  const nodes = cache.nodes(cluster.nodes(), assignment);
  expect(cache.nodes(cluster.nodes(), assignment)).toBe(nodes);
  expect(cache.nodes([], assignment)).not.toBe(nodes);
});

describe('the key of a result', () => {
  const keyOf = (change: Change, facts = FACTS, given: readonly EndpointSlice[] = []) =>
    resultKey(change, facts, given);
  const LOUD = Object.fromEntries(RULES.map(({ id }) => [id, { level: 'warn', options: {} }] as const));
  const unread = { 'example.com/owner': 'team-a' };

  test('contains every label and annotation that a rule reads', () => {
    const read = { labels: new Set<string>(), annotations: new Set<string>() };
    const recorded = (service: Service): Service => ({
      ...service,
      labels: recordReads({ ...service.labels, ...unread }, read.labels),
      annotations: recordReads({ ...service.annotations, ...unread }, read.annotations),
    });
    const recordedChanges = changes.map(change => ({
      ...change,
      source: 'admission' as const,
      service: recorded(change.service),
      old: change.old && recorded(change.old),
    }));
    fc.assert(
      fc.property(recordedChanges, nodes, slices, fc.constantFrom(30, 33, 37), (change, some, given, minor) => {
        const facts = { ...FACTS, version: { minor } };
        evaluate({
          rules: RULES,
          change,
          topology: topology(some, given),
          facts,
          policy: { ...DEFAULT_POLICY, rules: LOUD },
        });
      }),
      { numRuns: 400 },
    );
    expect([...read.labels].filter(name => !LABELS_READ.includes(name))).toEqual([]);
    expect([...read.annotations].filter(name => !ANNOTATIONS_READ.includes(name))).toEqual([]);
    expect(read.annotations.size).toBeGreaterThan(5);
  });

  test('ignores labels and annotations that no rule reads', () => {
    const change = (annotations: Record<string, string>): Change => {
      const service = withAnnotations({ ...web(), labels: annotations }, annotations);
      return { operation: 'CREATE', source: 'admission', service, old: null, violations: [] };
    };
    expect(keyOf(change(unread))).toBe(keyOf(change({})));
    expect(keyOf(change({ 'zonewise.dev/ignore': '*' }))).not.toBe(keyOf(change({})));
  });

  test('ignores port numbers and addresses, which change no result', () => {
    const numbered = (service: Service, i: number): Service => ({
      ...service,
      clusterIP: service.clusterIP && `10.0.0.${i}`,
      ports: service.ports.map(port => ({
        ...port,
        port: i,
        targetPort: 1000 + i,
        nodePort: port.nodePort && 30_000 + i,
      })),
    });
    const pairs = fc.tuple(changes, fc.integer({ min: 1, max: 200 })).map(([change, i]) => {
      const sent: Change = { ...change, source: 'admission' };
      return [sent, { ...sent, service: numbered(sent.service, i), old: sent.old && numbered(sent.old, i) }] as const;
    });
    fc.assert(
      fc.property(pairs, nodes, slices, ([one, other], some, given) => {
        fc.pre(given.every(isControllerManaged));
        expect(keyOf(one, FACTS, given)).toBe(keyOf(other, FACTS, given));
        const result = (change: Change) =>
          evaluate({ rules: RULES, change, topology: topology(some, given), facts: FACTS, policy: DEFAULT_POLICY });
        expect(result(one)).toEqual(result(other));
      }),
      { numRuns: 200 },
    );
    const [one] = fc.sample(pairs, 1);
    const custom = [slice([], { managedBy: 'other' })];
    expect(keyOf(one?.[0] as Change, FACTS, custom)).not.toBe(keyOf(one?.[1] as Change, FACTS, custom));
  });

  test('changes with the UTC day, like exemptions', () => {
    const change: Change = { operation: 'CREATE', source: 'admission', service: web(), old: null, violations: [] };
    const at = (now: number) => keyOf(change, { ...FACTS, now });
    const midnight = Date.parse('2026-06-02T00:00:00Z');
    expect(at(midnight - 1)).not.toBe(at(midnight));
    expect(at(midnight)).toBe(at(midnight + 1));
  });
});

/** Records the names that are read; copying a whole object does not count. */
function recordReads(values: Record<string, string>, names: Set<string>): Record<string, string> {
  let copying = new Set<string | symbol>();
  const record = (name: string | symbol) => {
    if (copying.delete(name)) return;
    if (typeof name === 'string') names.add(name);
  };
  return new Proxy(values, {
    get: (target, name) => {
      record(name);
      return Reflect.get(target, name) as unknown;
    },
    has: (target, name) => {
      record(name);
      return Reflect.has(target, name);
    },
    ownKeys: target => {
      const keys = Reflect.ownKeys(target);
      copying = new Set(keys);
      return keys;
    },
  });
}

describe('a bounded map', () => {
  const filled = (bounds: Bounds) => {
    const map = new BoundedMap<string, number>(bounds);
    for (const [key, value] of Object.entries({ a: 1, b: 2, c: 3 })) map.set(key, value, 10);
    return map;
  };
  const values = (map: BoundedMap<string, number>) => ['a', 'b', 'c', 'd'].map(key => map.get(key));

  test('drops the least recently used entry', () => {
    const map = filled({ maxBytes: 30 });
    expect(map.get('a')).toBe(1);
    map.set('d', 4, 10);
    expect(values(map)).toEqual([1, undefined, 3, 4]);
    expect(map.bytes).toBe(30);
  });

  test('keeps neither a value larger than itself nor the one it replaces', () => {
    const map = filled({ maxBytes: 30 });
    map.set('a', 2, 31);
    expect([values(map), map.bytes]).toEqual([[undefined, 2, 3, undefined], 20]);
  });

  test('lets one new key in three in once it is full, and replaces known ones each time', () => {
    const map = filled({ maxBytes: 30, admitOneIn: 3 });
    for (const times of [1, 2]) {
      map.set('d', 4, 10);
      expect(map.get('d')).toBeUndefined();
      map.set('a', times, 10);
    }
    map.set('d', 4, 10);
    expect(values(map)).toEqual([2, undefined, 3, 4]);
    expect(map.bytes).toBe(30);
  });

  /** One in sixteen is let in. Returns how often a key is found among those read. */
  const reader = () => {
    const map = new BoundedMap<number, true>({ maxBytes: 100, admitOneIn: 16 });
    return (keys: readonly number[]) =>
      keys.filter(key => {
        const isFound = map.get(key) === true;
        if (!isFound) map.set(key, true, 1);
        return isFound;
      }).length;
  };
  const sweep = Array.from({ length: 500 }, (_, i) => i);

  test('finds some of more keys than fit, read again and again in the same order', () => {
    const read = reader();
    for (let i = 0; i < 20; i++) read(sweep);
    expect(read(sweep)).toBeGreaterThan(50);
  });

  test('finds one key that is read again and again after such a sweep, or in between', () => {
    const read = reader();
    for (let i = 0; i < 20; i++) read(sweep);
    expect(read(Array<number>(100).fill(-1))).toBeGreaterThan(80);
    read(sweep.flatMap(key => [key, -2]));
    expect(read(sweep.flatMap(key => [key, -2]))).toBeGreaterThan(500);
  });
});
