import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { admit, defaultsOf } from '../../src/admission/admit.ts';
import { Deadline } from '../../src/admission/deadline.ts';
import type { AdmissionReviewResponse } from '../../src/admission/respond.ts';
import { allow, respond, respondWithDefaults } from '../../src/admission/respond.ts';
import { parseReview } from '../../src/admission/review.ts';
import { parseConfig } from '../../src/config/config.ts';
import { Memory } from '../../src/engine/evaluation-cache.ts';
import type { Policy } from '../../src/engine/policy.ts';
import { DEFAULT_POLICY } from '../../src/engine/policy.ts';
import type { ClusterFacts, Topology } from '../../src/model/topology.ts';
import { createMetrics } from '../../src/serving/metrics.ts';
import { viewOf } from '../../src/topology/topology-view.ts';
import { endpoint, slice } from '../topology/built.ts';
import type { Review } from './harness.ts';
import { cluster, judge, NOW, reviewOf, webhook } from './harness.ts';

const DAY = 24 * 3600 * 1000;
let asked = 0;

/** As the API server sends it: under a uid of its own. */
function sent(review: Review): string {
  const uid = `130490e6-91b6-4076-a0cc-${`${++asked}`.padStart(12, '0')}`;
  return JSON.stringify({ ...review, request: { ...review.request, uid } });
}

/** What answers depend on besides the review, for a test to change. */
class World {
  topology: Topology = cluster('agent', 'web', 'edge');
  policy: Policy = DEFAULT_POLICY;
  facts: ClusterFacts = judge().facts();
  readonly judge = judge({
    topology: () => this.topology,
    policy: () => this.policy,
    facts: () => this.facts,
  });

  async open() {
    const metrics = createMetrics({ processMetrics: false });
    const { send, log } = await webhook(this.judge, { metrics });
    const ask = async (review: Review, path = '/validate') => (await send(path, sent(review))).answer.response;
    const repeats = async () => (await metrics.repeats.get()).values[0]?.value ?? 0;
    return { ask, repeats, send, log };
  }
}

const warned = reviewOf();

describe('a review that was asked twice before', () => {
  test('is answered as before, under its own uid, and told like any other', async () => {
    const { send, repeats, log } = await new World().open();
    const texts = [sent(warned), sent(warned), sent(warned)];
    const answers: AdmissionReviewResponse[] = [];
    for (const text of texts) answers.push((await send('/validate', text)).answer);
    expect(await repeats()).toBe(1);
    const uids = texts.map(text => (JSON.parse(text) as Review).request.uid);
    expect(answers.map(({ response }) => response.uid)).toEqual(uids);
    expect(log.map(({ uid }) => uid)).toEqual(uids);
    const [first, , third] = answers;
    expect(first?.response.warnings).toHaveLength(1);
    expect({ ...third?.response, uid: '' }).toEqual({ ...first?.response, uid: '' });
    const [line = never(), , later = never()] = log;
    const same = { uid: '', time: 0, millis: 0 };
    expect({ ...later, ...same }).toEqual({ ...line, ...same });
  });

  test('is one of the same webhook', async () => {
    const world = new World();
    world.policy = parseConfig(
      'apiVersion: zonewise.dev/v1alpha1\nkind: Config\ndefaults: [{ match: {}, set: { trafficDistribution: PreferSameZone } }]\n',
      'test',
    ).policy;
    const { ask } = await world.open();
    const open = reviewOf({ spec: { internalTrafficPolicy: 'Cluster', trafficDistribution: undefined } });
    for (let i = 0; i < 3; i++) {
      expect(await ask(open, '/mutate')).toHaveProperty('patch');
      expect(await ask(open)).not.toHaveProperty('patch');
    }
  });

  test('is told from one whose last byte is another', async () => {
    const { ask, repeats } = await new World().open();
    for (let i = 0; i < 4; i++) await ask({ ...warned, request: { ...warned.request, dryRun: i % 2 === 0 } });
    expect(await repeats()).toBe(0);
  });

  const changes: Readonly<Record<string, (world: World) => void>> = {
    'its slices': world => {
      const other = [slice([endpoint('10.1.2.1', 'n2')])];
      world.topology = altered(world.topology, { slices: () => other });
    },
    'the labels of its namespace': world => {
      const labels = { team: 'a' };
      world.topology = altered(world.topology, { namespaceLabels: () => labels });
    },
    'the nodes': world => {
      world.topology = cluster('agent');
    },
    'the configuration': world => {
      world.policy = { ...DEFAULT_POLICY, names: 'short' as Policy['names'] };
    },
    'the version': world => {
      world.facts = { ...world.facts, version: { minor: 36 } };
    },
    'the data plane': world => {
      world.facts = { ...world.facts, dataPlane: { ...world.facts.dataPlane, kind: 'other' } };
    },
    'how old the view is': world => {
      world.facts = { ...world.facts, topologyAgeSeconds: 301 };
    },
    'the day': world => {
      world.facts = { ...world.facts, now: NOW + DAY };
    },
  };
  test.each(Object.keys(changes))('is judged anew after a change of %s', async what => {
    const world = new World();
    const { ask, repeats } = await world.open();
    for (let i = 0; i < 3; i++) await ask(warned);
    changes[what]?.(world);
    await ask(warned);
    expect(await repeats()).toBe(1);
    await ask(warned);
    expect(await repeats()).toBe(2);
  });

  test('is judged anew when a young node has come of age', async () => {
    const world = new World();
    const young = { ...(world.topology.node('n1') ?? never()), name: 'n4', createdAt: NOW - 30_000 };
    const nodes = [...world.topology.nodes(), young];
    world.topology = altered(world.topology, { nodes: () => nodes });
    const { ask, repeats } = await world.open();
    for (let i = 0; i < 3; i++) expect((await ask(warned)).warnings?.join()).not.toMatch(/n4/);
    world.facts = { ...world.facts, now: NOW + 31_000 };
    expect((await ask(warned)).warnings?.join()).toMatch(/n4/);
    expect(await repeats()).toBe(1);
  });

  test('is judged anew each time where Pods were asked', async () => {
    const world = new World();
    let lookups = 0;
    const find = async () => {
      lookups++;
      return { kind: 'pods', pods: [] } as const;
    };
    const metrics = createMetrics({ processMetrics: false });
    const { send } = await webhook({ ...world.judge, pods: { find } }, { metrics });
    for (let i = 0; i < 4; i++) await send('/validate', sent(warned));
    expect(lookups).toBe(4);
    expect((await metrics.repeats.get()).values[0]?.value ?? 0).toBe(0);
  });

  test('is judged anew each time where a rule failed', async () => {
    const [rule = never()] = judge().rules;
    const failing = {
      ...rule,
      appliesTo: () => {
        throw new Error('broken');
      },
    };
    const metrics = createMetrics({ processMetrics: false });
    const { send, log } = await webhook({ rules: [failing] }, { metrics });
    for (let i = 0; i < 3; i++) await send('/validate', sent(warned));
    expect(log.filter(({ msg }) => msg === 'rule failed')).toHaveLength(3);
  });
});

test('a body that names its uid twice is answered under the last, each time', async () => {
  const { send } = await new World().open();
  const twice = (uid: string) => sent(warned).replace(/"request":\{("uid":"[^"]+"),/, `"request":{$1,"uid":"${uid}",`);
  for (const uid of ['a', 'a', 'a']) expect((await send('/validate', twice(uid))).answer.response.uid).toBe(uid);
});

test('another order of the fields, white space and large bodies are answered too, each anew', async () => {
  const { send, repeats } = await new World().open();
  const { kind, ...rest } = JSON.parse(sent(warned)) as Review;
  const large = reviewOf({ metadata: { annotations: { fill: 'x'.repeat(40_000) } } });
  const texts = [JSON.stringify({ ...rest, kind }), JSON.stringify({ kind, ...rest }, null, 2), sent(large)];
  for (const text of texts) {
    for (let i = 0; i < 3; i++) expect((await send('/validate', text)).answer.response.warnings).toHaveLength(1);
  }
  expect(await repeats()).toBe(0);
});

test('of a cluster that was nothing is kept alive', async () => {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  const world = new World();
  const { ask, repeats } = await world.open();
  for (let i = 0; i < 3; i++) await ask(warned);
  expect(await repeats()).toBe(1);
  const nodes = new WeakRef(world.topology.nodes());
  world.topology = cluster('agent');
  // The engine's own memory is of the cluster that is.
  world.judge.memory.nodes(world.topology.nodes());
  await ask(reviewOf({ metadata: { name: 'web' } }));
  await expect
    .poll(() => {
      gc();
      return nodes.deref() === undefined;
    })
    .toBe(true);
});

test('of very many only the latest are kept, and those are', async () => {
  const { ask, repeats } = await new World().open();
  const numbered = (i: number) => reviewOf({ metadata: { annotations: { fill: 'x'.repeat(25_000), number: `${i}` } } });
  for (let i = 0; i < 400; i++) for (let time = 0; time < 2; time++) await ask(numbered(i));
  expect(await repeats()).toBe(0);
  await ask(numbered(399));
  expect(await repeats()).toBe(1);
  await ask(numbered(0));
  expect(await repeats()).toBe(1);
});

test('whatever is asked and changes in between, answers are those of an engine without any memory', async () => {
  const spec = (fields: object) => reviewOf({ spec: fields });
  const update = reviewOf({ request: { operation: 'UPDATE', oldObject: reviewOf().request.object } });
  const ignoring = { 'zonewise.dev/ignore': '*', 'zonewise.dev/ignore-until': '2026-06-01' };
  const reviews = [
    warned,
    update,
    spec({ trafficDistribution: 'PreferSameZone', internalTrafficPolicy: undefined }),
    spec({ internalTrafficPolicy: 'Nonsense' }),
    reviewOf({ metadata: { annotations: ignoring } }),
    reviewOf({ metadata: { name: 'web' } }),
    reviewOf({ request: { operation: 'DELETE' } }),
  ];
  const policies = [
    'rules: {}',
    'rules: { local-policy-uncovered-nodes: deny }',
    'defaults: [{ match: {}, set: { trafficDistribution: PreferSameZone } }]',
  ];
  const parts = {
    topology: [cluster('agent', 'web', 'edge'), cluster('web'), cluster()],
    policy: policies.map(
      text => parseConfig(`apiVersion: zonewise.dev/v1alpha1\nkind: Config\n${text}\n`, 'test').policy,
    ),
    facts: [
      judge().facts(),
      ...([{ version: { minor: 33 } }, { now: NOW + DAY }, { topologyAgeSeconds: 500 }] as const).map(over => ({
        ...judge().facts(),
        ...over,
      })),
    ],
  };
  const index = fc.nat({ max: 11 });
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ ask: index, path: fc.constantFrom('/validate', '/mutate') }) },
    { weight: 1, arbitrary: fc.record({ change: fc.constantFrom('topology', 'policy', 'facts'), to: index }) },
  );
  let repeated = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 60 }), async steps => {
      const world = new World();
      const { ask, repeats } = await world.open();
      for (const each of steps) {
        if ('change' in each) {
          const choices = parts[each.change as keyof typeof parts];
          Object.assign(world, { [each.change]: choices[each.to % choices.length] });
          continue;
        }
        const review = reviews[each.ask % 3 === 0 ? each.ask % reviews.length : 0] ?? warned;
        const answer = await ask(review, each.path);
        expect({ ...answer, uid: '' }).toEqual(withoutMemory(review, world, each.path));
      }
      repeated += await repeats();
    }),
    { numRuns: 25 },
  );
  expect(repeated).toBeGreaterThan(20);
});

function withoutMemory(review: Review, world: World, path: string): AdmissionReviewResponse['response'] {
  const request = parseReview(structuredClone(review));
  const anew = { ...world.judge, memory: new Memory() };
  if (path === '/mutate') {
    const defaults = defaultsOf(request, anew);
    return (defaults ? respondWithDefaults('', defaults.service, defaults.applied) : allow('')).response;
  }
  const outcome = admit(request, anew, new Deadline(10_000, () => 0));
  if (outcome instanceof Promise) throw new Error('nobody is to be waited for');
  return (outcome.kind === 'evaluated' ? respond('', outcome.evaluation.findings) : allow('')).response;
}

function altered(topology: Topology, over: Partial<Topology>): Topology {
  return { ...viewOf(() => topology), ...over };
}

function never(): never {
  throw new Error('it is there');
}
