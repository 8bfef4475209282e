import { describe, expect, test } from 'vitest';
import { explainInputs } from '../../../../src/cli/explain/inputs.ts';
import { asObject } from '../../../../src/model/raw.ts';
import { trafficSchema } from '../../../../src/model/traffic-schema.ts';
import { explainService } from '../../../../src/topology/explain.ts';
import { evaluateService } from '../../../../src/ui/client/service/evaluate-service.ts';
import { applyScenario } from '../../../../src/ui/client/what-if/apply.ts';
import { choicesFor, dropInvalidChoices, withEdits } from '../../../../src/ui/client/what-if/choices.ts';
import { compareEvaluations } from '../../../../src/ui/client/what-if/difference.ts';
import type { Scenario } from '../../../../src/ui/client/what-if/scenario.ts';
import { NO_CHANGES, withClusterScenario, withoutClusterScenario } from '../../../../src/ui/client/what-if/scenario.ts';
import { drains, FACTS, SAMPLE, serviceStateOf, whatIf } from '../../../support/builders.ts';

const AGENT = serviceStateOf(SAMPLE, 'monitoring/otel-agent');
const WEB = serviceStateOf(SAMPLE, 'shop/web');

function differenceTexts(state: typeof AGENT, over: Partial<Scenario>): readonly string[] {
  return compareEvaluations(evaluateService(state), whatIf(state, over)).map(({ text }) => text);
}

const WEB_DEPLOYMENT = { kind: 'Deployment', namespace: 'shop', name: 'web' } as const;

function scaled(replicas: number): Scenario['cluster'][number] {
  return { kind: 'scale', workload: WEB_DEPLOYMENT, replicas, staying: null };
}

describe('a scenario', () => {
  test('with a Local policy lists nodes that lose traffic and the new findings', () => {
    expect(differenceTexts(AGENT, { fields: { internalTrafficPolicy: 'Local' } })).toEqual([
      '2 nodes lose traffic (Pods → ClusterIP): worker-b3, worker-c3',
      'in-zone share of ClusterIP traffic: 32 % → 80 %',
      'busiest endpoint: ×1.0 → ×1.2 of the average',
      'local-policy-uncovered-nodes (warn) appears',
    ]);
  });

  test('without changes has no differences and observed hints', () => {
    expect(differenceTexts(WEB, {})).toEqual([]);
    expect(applyScenario(WEB, NO_CHANGES)).toBe(WEB);
  });

  test('with trafficDistribution uses the hints that the controller will write', () => {
    expect(differenceTexts(AGENT, { fields: { trafficDistribution: 'PreferSameZone' } })).toContain(
      'hints: none (neither trafficDistribution nor topology-mode Auto is set) → zone-a 3, zone-b 2, zone-c 2',
    );
  });

  test('with a drained node removes its endpoint and its clients, and it loses nothing', () => {
    const after = whatIf(WEB, { cluster: drains('worker-a1') });
    expect(after.clients.nodes.map(({ name }) => name)).not.toContain('worker-a1');
    expect(after.ports[0]?.index.ready.map(({ nodeName }) => nodeName)).not.toContain('worker-a1');
    expect(differenceTexts(WEB, { cluster: drains('worker-a1') }).join()).not.toContain('loses traffic');
  });

  test('with one zone, node or Pod lost has the slices that explain has under the same scenario', () => {
    const each: Scenario['cluster'] = [
      { kind: 'zone-down', zone: 'zone-b' },
      { kind: 'node-down', node: 'worker-a1' },
      { kind: 'pod-lost', address: '10.244.1.11' },
      { kind: 'rollout', workload: WEB_DEPLOYMENT, away: null },
      { kind: 'scale', workload: WEB_DEPLOYMENT, replicas: 2, staying: null },
      { kind: 'node-added', like: 'worker-a1' },
      ...drains('worker-b1'),
    ];
    for (const scenario of each) {
      const [input] = explainInputs(
        { services: [WEB.service], edits: [], hints: 'predicted', scenarios: [scenario] },
        { topology: SAMPLE, facts: FACTS },
      );
      const { slices, nodes, notes } = applyScenario(WEB, { ...NO_CHANGES, cluster: [scenario] });
      expect({ slices, nodes, scenario: notes }, scenario.kind).toEqual({
        slices: input?.slices,
        nodes: input?.nodes,
        scenario: input?.scenario,
      });
      expect(slices === WEB.slices && nodes === WEB.nodes, scenario.kind).toBe(false);
    }
  });

  test('with fewer Pods shows the most uneven case, and reports it', () => {
    const after = whatIf(WEB, { cluster: [scaled(2)] });
    expect(new Set(after.ports[0]?.index.ready.map(({ zone }) => zone)).size).toBe(1);
    expect(after.state.notes.assumed.join()).toContain('which 4 Pods of deployment/web go is not known');
    expect(whatIf(WEB, { cluster: [scaled(0)] }).ports[0]?.index.ready).toHaveLength(0);
  });

  test('with more Pods says what is not known about their place', () => {
    const { ports, state } = whatIf(WEB, { cluster: [scaled(7)] });
    expect(ports[0]?.index.ready).toHaveLength(6);
    expect(state.notes.unknown).toEqual([
      '1 new Pod of deployment/web may come up in zone-a, zone-b, zone-c: nothing tells which; shown without them',
    ]);
  });

  test('with a Pod fewer in a zone places the next one there, as the spread constraint demands', () => {
    const lost = { kind: 'pod-lost', address: '10.244.1.11' } as const;
    const { ports } = whatIf(WEB, { cluster: [lost, scaled(6)] });
    const added = ports[0]?.index.ready.filter(({ address }) => address.startsWith('new-'));
    expect(added).toMatchObject([{ zone: 'zone-a', zoneHints: ['zone-a'] }]);
  });

  test('has each change of the cluster once, one number of Pods per workload, and not without bound', () => {
    const twice = [scaled(2), ...drains('a', 'b', 'a'), scaled(5)].reduce(withClusterScenario, NO_CHANGES);
    expect(twice.cluster).toEqual([...drains('b', 'a'), scaled(5)]);
    expect(withoutClusterScenario(twice, scaled(0)).cluster).toEqual(drains('b', 'a'));
    const many = drains(...Array.from({ length: 500 }, (_, i) => `n${i}`)).reduce(withClusterScenario, NO_CHANGES);
    expect(many.cluster).toHaveLength(50);
  });

  test('with IPVS falls back where kube-proxy drops', () => {
    const edge = serviceStateOf(SAMPLE, 'ingress/edge');
    const fields = { internalTrafficPolicy: 'Local' };
    expect(differenceTexts(edge, { fields }).join()).toContain('6 nodes lose traffic (Pods → ClusterIP)');
    expect(differenceTexts(edge, { fields, dataPlane: 'ipvs' }).join()).not.toContain('lose traffic');
  });

  test('with an older Kubernetes changes the version of the nodes too', () => {
    const after = whatIf(WEB, { minor: 30 });
    expect(after.state.nodes.map(({ kubeletMinor }) => kubeletMinor)).toEqual(WEB.nodes.map(() => 30));
    expect(differenceTexts(WEB, { minor: 30 }).join()).toContain('in-zone share of ClusterIP traffic: 93 % →');
  });

  test('has the routes that explain gives for the same Service', () => {
    const { state, ports } = whatIf(WEB, { fields: { trafficDistribution: null } });
    const explained = explainService(state).ports[0]?.nodes.map(node => node.internal.endpoints);
    expect(
      state.nodes.map(node =>
        ports[0]?.route('internal', node)?.endpoints.map(endpoint => ports[0]?.endpointName(endpoint)),
      ),
    ).toEqual(explained);
  });
});

describe('the controls', () => {
  test.each([28, 30, 31, 33, 34, 37])('offer the values that the API server of 1.%i accepts', minor => {
    const spec = asObject(asObject(trafficSchema(minor)['properties'])['spec']);
    const accepted = asObject(asObject(spec['properties'])['trafficDistribution'])['enum'];
    const offered = choicesFor('trafficDistribution', AGENT.service, minor).map(({ value }) => value);
    for (const value of offered) if (value !== null) expect(accepted).toContain(value);
  });

  test('keep the current value even if it is unknown', () => {
    const payments = serviceStateOf(SAMPLE, 'shop/payments').service;
    expect(choicesFor('topologyMode', payments, 37).map(({ value }) => value)).toEqual([null, 'Auto', 'AUTO']);
  });

  test('are absent for an ExternalName, and externalTrafficPolicy for a ClusterIP', () => {
    expect(choicesFor('trafficDistribution', serviceStateOf(SAMPLE, 'shop/newsletter').service, 37)).toEqual([]);
    expect(choicesFor('externalTrafficPolicy', AGENT.service, 37)).toEqual([]);
  });

  test('drop values of a link that the version rejects or that are current already', () => {
    const fields = { trafficDistribution: 'PreferSameNode', internalTrafficPolicy: 'Cluster' };
    expect(dropInvalidChoices({ ...NO_CHANGES, fields, minor: 33 }, AGENT.service, 37).fields).toEqual({});
    expect(dropInvalidChoices({ ...NO_CHANGES, minor: 37 }, AGENT.service, 37)).toEqual(NO_CHANGES);
  });

  test('accept a fix if they have all of its fields', () => {
    const edits = [{ path: ['spec', 'trafficDistribution'], value: 'PreferSameNode' }];
    expect(withEdits(NO_CHANGES, edits)?.fields).toEqual({ trafficDistribution: 'PreferSameNode' });
    expect(withEdits(NO_CHANGES, [{ path: ['spec', 'type'], value: 'NodePort' }])).toBe(null);
  });
});
