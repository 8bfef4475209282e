import { describe, expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../../src/engine/policy.ts';
import { RULES } from '../../src/rules/index.ts';
import { clientNodes } from '../../src/topology/client-nodes.ts';
import { explainService } from '../../src/topology/explain.ts';
import { nodesLosingTraffic } from '../../src/topology/lost-traffic.ts';
import { NodeSet } from '../../src/topology/node-set.ts';
import { TRAFFIC_CLASSES } from '../../src/topology/route.ts';
import { trafficSenders } from '../../src/topology/traffic-senders.ts';
import { internalTrafficShares, inZoneShare } from '../../src/topology/traffic-shares.ts';
import { trafficFlows } from '../../src/topology/zone-flows.ts';
import type { ServiceRow } from '../../src/ui/api.ts';
import { trafficDiagram } from '../../src/ui/client/diagram/diagram.ts';
import { evaluateService, trafficInput } from '../../src/ui/client/service/evaluate-service.ts';
import { serviceRow } from '../../src/ui/server/service-row.ts';
import { drains, FACTS, SAMPLE, serviceStateOf, vectorCluster, whatIf } from '../support/builders.ts';

const CLUSTERS = {
  sample: SAMPLE,
  'controller-101': vectorCluster('controller-101'),
  'random-201': vectorCluster('random-201'),
};
const keys = (topology: typeof SAMPLE) => topology.services().map(({ namespace, name }) => `${namespace}/${name}`);

describe.each(Object.entries(CLUSTERS))('in the cluster %s', (_, topology) => {
  const evaluations = keys(topology).map(key => evaluateService(serviceStateOf(topology, key)));

  test('the flows of internal traffic match the load that the rules use', () => {
    for (const evaluated of evaluations) {
      for (const port of evaluated.ports) {
        const load = internalTrafficShares(port, evaluated.clients);
        const flows = trafficFlows('internal', port, trafficSenders('internal', trafficInput(evaluated)).sending);
        expect(flows.inZone).toBeCloseTo(load.inZone, 9);
        expect(flows.onNode).toBeCloseTo(load.onNode, 9);
        expect(flows.lost).toBeCloseTo(load.lost, 9);
        expect([...flows.byEndpoint.keys()].sort(byName)).toEqual([...load.byEndpoint.keys()].sort(byName));
        for (const [endpoint, share] of load.byEndpoint) expect(flows.byEndpoint.get(endpoint)).toBeCloseTo(share, 9);
      }
    }
  });

  test('all traffic reaches an endpoint or is lost', () => {
    for (const evaluated of evaluations) {
      for (const [port, trafficClass] of evaluated.ports.flatMap(p => TRAFFIC_CLASSES.map(c => [p, c] as const))) {
        const picture = trafficDiagram(trafficClass, port, evaluated);
        if (!picture || picture.clientZones.length === 0) continue;
        const sum = [...picture.flows, ...picture.losses].reduce((total, { share }) => total + share, 0);
        expect(sum).toBeCloseTo(1, 9);
        const arrived = picture.endpointZones.reduce((total, { share }) => total + share, 0);
        expect(arrived).toBeCloseTo(1 - picture.lost, 9);
      }
    }
  });

  test('explain and the diagram show the same nodes losing traffic', () => {
    for (const evaluated of evaluations) {
      const clients = new Set(evaluated.clients.nodes.map(({ name }) => name));
      const { ports } = explainService({ ...evaluated.state, hints: 'observed' });
      evaluated.ports.forEach((port, i) => {
        const shown = trafficDiagram('internal', port, evaluated)?.losses.flatMap(({ nodes }) => nodes) ?? [];
        const losing = ports[i]?.nodes.filter(node => clients.has(node.node) && node.internal.verdict !== 'forward');
        expect(shown.toSorted()).toEqual(losing?.map(({ node }) => node).sort());
      });
    }
  });

  test('a Service has the same numbers as in the overview', () => {
    const all = new NodeSet(topology.nodes());
    const view = { rules: RULES, topology, facts: FACTS, policy: DEFAULT_POLICY };
    const clients = clientNodes(all, DEFAULT_POLICY.clientNodes, FACTS.now).nodes;
    for (const evaluated of evaluations) {
      const row = serviceRow({ service: evaluated.state.service, view }, [], { clients, nodes: all });
      expect(lostOf(evaluated)).toEqual(row.lost);
      const share = inZoneShare(evaluated.ports, evaluated.clients);
      if (share === null) expect(row.inZone).toBe(null);
      else expect(row.inZone).toBeCloseTo(share, 5);
    }
  });
});

test('five thousand nodes are counted by zone', () => {
  const base = serviceStateOf(SAMPLE, 'shop/web');
  const [node] = base.nodes;
  if (!node) throw new Error('the sample has nodes');
  const nodes = Array.from({ length: 5000 }, (_, i) => ({ ...node, name: `n${i}`, zone: `zone-${'abc'[i % 3]}` }));
  const evaluated = evaluateService({ ...base, nodes });
  const [port] = evaluated.ports;
  const picture = port && trafficDiagram('internal', port, evaluated);
  expect(picture?.clientZones.map(zone => zone.nodes.length)).toEqual([1667, 1667, 1666]);
  expect(picture?.flows).toHaveLength(3);
});

test('outside traffic that a health check keeps away from a node is not lost there', () => {
  const evaluated = evaluateService(serviceStateOf(SAMPLE, 'ingress/gateway'));
  const [port] = evaluated.ports;
  const picture = port && trafficDiagram('external', port, evaluated);
  expect(picture?.losses).toEqual([]);
  expect(picture?.clientZones.flatMap(zone => zone.nodes.filter(({ status }) => status === 'not-sent'))).toHaveLength(
    6,
  );
});

test('without a healthy node, balancers send to all nodes and all traffic is lost', () => {
  const nodes = ['worker-a2', 'worker-b2', 'worker-c2'];
  const evaluated = whatIf(serviceStateOf(SAMPLE, 'ingress/gateway'), { cluster: drains(...nodes) });
  const [port] = evaluated.ports;
  expect(port && trafficDiagram('external', port, evaluated)?.lost).toBeCloseTo(1, 9);
});

function lostOf(evaluated: ReturnType<typeof evaluateService>): ServiceRow['lost'] {
  const count = (trafficClass: (typeof TRAFFIC_CLASSES)[number]) =>
    nodesLosingTraffic(trafficClass, trafficInput(evaluated)).length;
  return { internal: count('internal'), external: count('external'), shortCircuit: count('shortCircuit') };
}

interface Addressed {
  readonly address: string;
}

function byName(a: Addressed, b: Addressed): number {
  return a.address < b.address ? -1 : 1;
}
