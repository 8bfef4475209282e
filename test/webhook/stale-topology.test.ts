import { expect, test } from 'vitest';
import { sharedContext } from '../../src/engine/context.ts';
import { EvaluationCache } from '../../src/engine/evaluation-cache.ts';
import { unmetNeed } from '../../src/engine/needs.ts';
import { DEFAULT_POLICY } from '../../src/engine/policy.ts';
import { projectService } from '../../src/model/projection.ts';
import { WorkBudget } from '../../src/topology/work-budget.ts';
import { cluster, reviewEnvironment, reviewOf, webhook } from './harness.ts';

const STANDING = 'local-policy-uncovered-nodes';
const WRITTEN = 'topology-mode-overrides-traffic-distribution';

/** Has a finding that depends on the topology and one on the Service alone. */
const review = reviewOf({
  spec: { trafficDistribution: 'PreferSameZone', internalTrafficPolicy: 'Local' },
  metadata: { annotations: { 'service.kubernetes.io/topology-mode': 'Auto' } },
});

async function rulesAt(topologyAgeSeconds: number): Promise<string[]> {
  const { send } = await webhook({ facts: () => ({ ...reviewEnvironment().facts(), topologyAgeSeconds }) });
  const { warnings = [] } = (await send('/validate', review)).answer.response;
  return [STANDING, WRITTEN].filter(rule => warnings.some(text => text.endsWith(`[${rule}]`)));
}

test.each([0, 75, 300])('a topology of %i s is used', async age => {
  expect(await rulesAt(age)).toContain(STANDING);
});

test.each([301, 86_400, Number.POSITIVE_INFINITY])(
  'one of %d s is not; findings on the Service alone remain',
  async age => {
    expect(await rulesAt(age)).toEqual((await rulesAt(0)).filter(rule => rule !== STANDING));
  },
);

test.each([
  [301.4, 'the cluster data is 301 s old'],
  [Number.POSITIVE_INFINITY, 'the cluster has not been read yet'],
])('the reason is reported (%d s)', (topologyAgeSeconds, why) => {
  const service = projectService(review.request.object);
  const context = sharedContext({
    change: { operation: 'CREATE', source: 'admission', service, old: null, violations: [] },
    topology: cluster('agent'),
    facts: { ...reviewEnvironment().facts(), topologyAgeSeconds },
    clientNodes: DEFAULT_POLICY.clientNodes,
    cache: new EvaluationCache(),
    budget: new WorkBudget(),
  });
  for (const need of ['nodes', 'slices', 'endpoints'] as const)
    expect(unmetNeed([need], context)).toEqual({ need, why, undecided: 'stale-topology' });
  expect(unmetNeed(['dataplane: known', 'kubernetes>=1.31'], context)).toBeNull();
});
