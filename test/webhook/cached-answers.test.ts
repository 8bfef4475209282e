import fc from 'fast-check';
import { expect, test } from 'vitest';
import { admit, computeDefaults } from '../../src/admission/admit.ts';
import { Deadline } from '../../src/admission/deadline.ts';
import type { AdmissionReviewResponse } from '../../src/admission/respond.ts';
import { allow, respond, respondWithDefaults } from '../../src/admission/respond.ts';
import { parseReview } from '../../src/admission/review.ts';
import { parseConfig } from '../../src/config/config.ts';
import { EvaluationCache } from '../../src/engine/evaluation-cache.ts';
import type { Policy } from '../../src/engine/policy.ts';
import { DEFAULT_POLICY } from '../../src/engine/policy.ts';
import type { Pod } from '../../src/model/pod.ts';
import type { ClusterFacts, Topology } from '../../src/model/topology.ts';
import type { Review } from './harness.ts';
import { cluster, NOW, reviewEnvironment, reviewOf, webhook } from './harness.ts';

const DAY_MS = 24 * 3600 * 1000;

const pod = (name: string, nodeName: string): Pod => ({
  namespace: 'shop',
  name,
  labels: { app: 'agent' },
  nodeName,
  phase: 'Running',
  ready: true,
  terminating: false,
  expectedGoneAt: null,
  unschedulable: false,
  createdAt: 0,
  controllerKind: 'ReplicaSet',
  ips: [`10.2.0.${name.length}`],
  ports: [],
});

/** The inputs of a response besides the review, which a test can change. */
class World {
  topology: Topology = cluster('agent', 'web', 'edge');
  policy: Policy = DEFAULT_POLICY;
  facts: ClusterFacts = reviewEnvironment().facts();
  /** `null` without Pod lookups. */
  pods: readonly Pod[] | null = null;
  readonly #finder = { find: async () => ({ kind: 'pods' as const, pods: this.pods ?? [] }) };

  environment(withPods: boolean) {
    return reviewEnvironment({
      topology: () => this.topology,
      policy: () => this.policy,
      facts: () => this.facts,
      pods: withPods ? this.#finder : null,
    });
  }
}

const spec = (fields: object) => reviewOf({ spec: fields });
const update = reviewOf({ request: { operation: 'UPDATE', oldObject: reviewOf().request.object } });
const REVIEWS = [
  reviewOf(),
  update,
  spec({ trafficDistribution: 'PreferSameZone', internalTrafficPolicy: undefined }),
  spec({ internalTrafficPolicy: 'Nonsense' }),
  reviewOf({ metadata: { annotations: { 'zonewise.dev/ignore': '*', 'zonewise.dev/ignore-until': '2026-06-01' } } }),
  reviewOf({ metadata: { name: 'web' } }),
  reviewOf({ request: { operation: 'DELETE' } }),
];
const POLICIES = [
  'rules: {}',
  'rules: { local-policy-uncovered-nodes: deny }',
  'defaults: [{ match: {}, set: { trafficDistribution: PreferSameZone } }]',
];
const CHOICES = {
  topology: [cluster('agent', 'web', 'edge'), cluster('web'), cluster()],
  policy: POLICIES.map(
    text => parseConfig(`apiVersion: zonewise.dev/v1alpha1\nkind: Config\n${text}\n`, 'test').policy,
  ),
  facts: [{}, { version: { minor: 33 } }, { now: NOW + DAY_MS }, { topologyAgeSeconds: 500 }].map(over => ({
    ...reviewEnvironment().facts(),
    ...over,
  })),
  pods: [[pod('a', 'n1')], [pod('a', 'n1'), pod('bb', 'n2'), pod('ccc', 'n3')], []],
};

test.each([false, true])('responses equal those of an engine without a cache (Pod lookups: %s)', async withPods => {
  const index = fc.nat({ max: 11 });
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ reviewIndex: index, path: fc.constantFrom('/validate', '/mutate') }) },
    { weight: 1, arbitrary: fc.record({ change: fc.constantFrom('topology', 'policy', 'facts', 'pods'), to: index }) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 60 }), async steps => {
      const world = new World();
      const { send } = await webhook(world.environment(withPods));
      for (const each of steps) {
        if ('change' in each) {
          const choices = CHOICES[each.change as keyof typeof CHOICES];
          Object.assign(world, { [each.change]: choices[each.to % choices.length] });
          continue;
        }
        const review = REVIEWS[each.reviewIndex % 3 === 0 ? each.reviewIndex % REVIEWS.length : 0] ?? reviewOf();
        const { answer } = await send(each.path, review);
        expect({ ...answer.response, uid: '' }).toEqual(
          await withoutCache(review, world.environment(withPods), each.path),
        );
      }
    }),
    { numRuns: 20 },
  );
});

async function withoutCache(
  review: Review,
  environment: ReturnType<typeof reviewEnvironment>,
  path: string,
): Promise<AdmissionReviewResponse['response']> {
  const request = parseReview(structuredClone(review));
  const fresh = { ...environment, cache: new EvaluationCache() };
  if (path === '/mutate') {
    const defaults = computeDefaults(request, fresh);
    return (defaults ? respondWithDefaults('', defaults.service, defaults.applied) : allow('')).response;
  }
  const outcome = await admit(request, fresh, new Deadline(10_000, () => 0));
  return (outcome.kind === 'evaluated' ? respond('', outcome.evaluation) : allow('')).response;
}
