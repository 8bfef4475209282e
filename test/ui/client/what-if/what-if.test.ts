import { describe, expect, test } from 'vitest';
import { asObject } from '../../../../src/model/raw.ts';
import { trafficSchema } from '../../../../src/model/traffic-schema.ts';
import { explainService } from '../../../../src/topology/explain.ts';
import { evaluateService } from '../../../../src/ui/client/service/evaluate-service.ts';
import { applyScenario } from '../../../../src/ui/client/what-if/apply.ts';
import { choicesFor, dropInvalidChoices, withFix } from '../../../../src/ui/client/what-if/choices.ts';
import { compareEvaluations } from '../../../../src/ui/client/what-if/difference.ts';
import type { Scenario } from '../../../../src/ui/client/what-if/scenario.ts';
import { NO_CHANGES, withEndpoints } from '../../../../src/ui/client/what-if/scenario.ts';
import { SAMPLE, serviceStateOf, whatIf } from '../../../support/builders.ts';

const AGENT = serviceStateOf(SAMPLE, 'monitoring/otel-agent');
const WEB = serviceStateOf(SAMPLE, 'shop/web');

function differenceTexts(state: typeof AGENT, over: Partial<Scenario>): readonly string[] {
  return compareEvaluations(evaluateService(state), whatIf(state, over)).map(({ text }) => text);
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
    const after = whatIf(WEB, { drained: ['worker-a1'] });
    expect(after.clients.nodes.map(({ name }) => name)).not.toContain('worker-a1');
    expect(after.ports[0]?.index.ready.map(({ nodeName }) => nodeName)).not.toContain('worker-a1');
    expect(differenceTexts(WEB, { drained: ['worker-a1'] }).join()).not.toContain('loses traffic');
  });

  test('with one more endpoint in a zone places it on the node with the fewest, with a hint', () => {
    const [port] = whatIf(WEB, { endpoints: { 'zone-a': 1 } }).ports;
    const added = port?.index.ready.filter(({ address }) => address.startsWith('new-'));
    expect(added).toMatchObject([{ nodeName: 'worker-a3', zone: 'zone-a', zoneHints: ['zone-a'] }]);
  });

  test('adds and removes endpoints one at a time, down to zero', () => {
    const ready = (by: number) => whatIf(WEB, { endpoints: { 'zone-a': by } }).ports[0]?.index.ready.length;
    expect([ready(3), ready(-1), ready(-2), ready(-50)]).toEqual([9, 5, 4, 4]);
  });

  test('limits the endpoints that a link can add', () => {
    expect(withEndpoints(NO_CHANGES, 'zone-a', 1e9).endpoints).toEqual({ 'zone-a': 100 });
  });

  test('adds the first endpoint to a Service without any', () => {
    const empty = { ...AGENT, slices: [] };
    expect(whatIf(empty, { endpoints: { 'zone-b': 1 } }).ports[0]?.index.ready).toHaveLength(1);
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
    expect(withFix(NO_CHANGES, { description: '', edits })?.fields).toEqual({ trafficDistribution: 'PreferSameNode' });
    expect(withFix(NO_CHANGES, { description: '', edits: [{ path: ['spec', 'type'], value: 'NodePort' }] })).toBe(null);
  });
});
