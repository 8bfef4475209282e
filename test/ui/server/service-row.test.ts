import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clientNodeFilter } from '../../../src/engine/context.ts';
import { DEFAULT_POLICY } from '../../../src/engine/policy.ts';
import { applyApiDefaults } from '../../../src/model/api-defaults.ts';
import { ASSUMED_KUBE_PROXY } from '../../../src/model/data-plane.ts';
import type { EndpointSlice } from '../../../src/model/endpoint-slice.ts';
import type { Node } from '../../../src/model/node.ts';
import { projectService } from '../../../src/model/projection.ts';
import type { ClusterFacts } from '../../../src/model/topology.ts';
import { clientNodes } from '../../../src/topology/client-nodes.ts';
import { EXCLUDE_LOAD_BALANCERS_LABEL } from '../../../src/topology/load-balancer-nodes.ts';
import { NodeSet } from '../../../src/topology/node-set.ts';
import { internalTrafficShares } from '../../../src/topology/traffic-shares.ts';
import { serviceRow } from '../../../src/ui/server/service-row.ts';
import { DRAINING, dataPlanes, endpoint, node, routings, slice, topology, UNREADY } from '../../support/builders.ts';

const FACTS: ClusterFacts = { version: { minor: 37 }, dataPlanes: ASSUMED_KUBE_PROXY, now: 0, topologyAgeSeconds: 0 };

function web(spec: object, annotations = {}) {
  const raw = {
    metadata: { namespace: 'default', name: 'web', annotations },
    spec: { clusterIP: '10.0.0.1', ipFamilies: ['IPv4'], selector: { app: 'web' }, ports: [{ port: 80 }], ...spec },
  };
  return applyApiDefaults(projectService(raw));
}

function rowOf(
  service: ReturnType<typeof web>,
  nodes: readonly Node[],
  slices: readonly EndpointSlice[],
  facts = FACTS,
) {
  const view = { rules: [], topology: topology(nodes, slices), facts, policy: DEFAULT_POLICY };
  const { nodes: clients } = clientNodes(
    new NodeSet(nodes),
    clientNodeFilter(service, DEFAULT_POLICY.clientNodes).combinedOptions,
    facts.now,
  );
  return serviceRow({ service, view }, [], { clients, nodes: new NodeSet(nodes) });
}

const THREE = ['n1', 'n2', 'n3'].map((name, index) => node(name, { zone: `zone-${index}` }));
const ON_ONE = [slice([endpoint('10.0.0.1', 'n1', { zone: 'zone-0' })])];

describe('lost nodes', () => {
  test.each([
    ['Local for pods', { internalTrafficPolicy: 'Local' }, { internal: 2, external: 0, shortCircuit: 0 }],
    [
      'Local for node ports',
      { type: 'NodePort', externalTrafficPolicy: 'Local', ports: [{ port: 80, nodePort: 30080 }] },
      { internal: 0, external: 2, shortCircuit: 0 },
    ],
    [
      'Local behind a balancer that checks nodes',
      {
        type: 'LoadBalancer',
        externalTrafficPolicy: 'Local',
        healthCheckNodePort: 32000,
        ports: [{ port: 80, nodePort: 30080 }],
      },
      { internal: 0, external: 0, shortCircuit: 0 },
    ],
    ['Cluster', {}, { internal: 0, external: 0, shortCircuit: 0 }],
    ['headless', { clusterIP: 'None', internalTrafficPolicy: 'Local' }, { internal: 0, external: 0, shortCircuit: 0 }],
  ])('%s', (_what, spec, lost) => {
    expect(rowOf(web(spec), THREE, ON_ONE).lost).toEqual(lost);
  });

  test('include every node for every existing class if there is no endpoint', () => {
    const none = [slice([endpoint('10.0.0.1', 'n1', UNREADY)])];
    const spec = { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] };
    expect(rowOf(web(spec), THREE, none).lost).toEqual({ internal: 3, external: 3, shortCircuit: 3 });
    expect(rowOf(web({}), THREE, []).lost).toEqual({ internal: 3, external: 0, shortCircuit: 0 });
  });

  test('exclude nodes that no load balancer sends to from outside traffic', () => {
    const excluded = THREE.map(each => ({ ...each, labels: { [EXCLUDE_LOAD_BALANCERS_LABEL]: '' } }));
    const spec = { type: 'NodePort', externalTrafficPolicy: 'Local', ports: [{ port: 80, nodePort: 30080 }] };
    expect(rowOf(web(spec), excluded, ON_ONE).lost.external).toBe(0);
  });

  test('include client nodes only, as selected by the Service if it selects any', () => {
    const nodes = [...THREE, node('control', { taints: [CONTROL_PLANE] })];
    const local = { internalTrafficPolicy: 'Local' };
    expect(rowOf(web(local), nodes, ON_ONE).lost.internal).toBe(2);
    const pooled = nodes.map(each => ({ ...each, labels: each.name === 'n3' ? { pool: 'web' } : {} }));
    expect(rowOf(web(local, { 'zonewise.dev/client-nodes': 'pool=web' }), pooled, ON_ONE).lost.internal).toBe(1);
  });
});

const CONTROL_PLANE = { key: 'node-role.kubernetes.io/control-plane', value: '', effect: 'NoSchedule' };

describe('the in-zone share is unknown', () => {
  test.each([
    ['for nodes without zones', THREE.map(each => ({ ...each, zone: null })), ON_ONE, FACTS],
    ['for endpoints without zones', THREE, [slice([endpoint('10.0.0.1', 'n1')])], FACTS],
    ['without endpoints', THREE, [], FACTS],
    ['without nodes', [], ON_ONE, FACTS],
    ['for an unknown data plane', THREE, ON_ONE, { ...FACTS, dataPlanes: dataPlanes('other') }],
  ])('%s', (_what, nodes, slices, facts) => {
    expect(rowOf(web({}), nodes, slices, facts).inZone).toBeNull();
  });
});

const zone = fc.constantFrom('zone-a', 'zone-b', null);
const someNodes = fc.array(
  fc.record({ zone, milliCPU: fc.constantFrom(0, 2000, 8000), kubeletMinor: fc.constantFrom(30, 33, 35, 37, null) }),
  { minLength: 1, maxLength: 12 },
);
const someEndpoints = fc.array(
  fc.record({
    address: fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'),
    on: fc.option(fc.nat(13), { nil: null }),
    zone,
    state: fc.constantFrom({}, {}, UNREADY, DRAINING),
    hints: fc.option(fc.record({ zones: fc.subarray(['zone-a', 'zone-b']), nodes: fc.subarray(['n0', 'n2', 'n5']) })),
  }),
  { maxLength: 8 },
);

test('grouped nodes give the same row as single nodes', () => {
  const policies = fc.constantFrom('Cluster', 'Local');
  fc.assert(
    fc.property(someNodes, someEndpoints, policies, policies, (made, points, internal, external) => {
      const nodes = made.map((over, index) => node(`n${index}`, over));
      const endpoints = points.map(({ address, on, state, ...over }) =>
        endpoint(address, on === null ? null : `n${on}`, { ...over, ...state }),
      );
      const service = web({
        type: 'NodePort',
        ports: [{ port: 80, nodePort: 30080 }],
        internalTrafficPolicy: internal,
        externalTrafficPolicy: external,
      });
      const slices = [slice(endpoints)];
      const row = rowOf(service, nodes, slices);
      const { nodes: clients } = clientNodes(new NodeSet(nodes), DEFAULT_POLICY.clientNodes, FACTS.now);
      const ports = routings(service, slices, FACTS);
      for (const of of ['internal', 'external', 'shortCircuit'] as const) {
        const each = clients.nodes.filter(at => ports.some(port => port.route(of, at)?.verdict !== 'forward'));
        expect(row.lost[of]).toBe(each.length);
      }
      const [port] = ports;
      if (port && row.inZone !== null) expect(row.inZone).toBeCloseTo(internalTrafficShares(port, clients).inZone, 5);
    }),
    { numRuns: 300 },
  );
});
