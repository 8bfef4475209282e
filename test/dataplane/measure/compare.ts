import { KUBE_PROXY, statedDataPlane } from '../../../src/model/data-plane.ts';
import type { ExplainInput, RouteExplanation, ServiceExplanation } from '../../../src/topology/explain.ts';
import { explainService, routingForHintsSource } from '../../../src/topology/explain.ts';
import type { TrafficClass } from '../../../src/topology/route.ts';
import { NAMESPACE } from '../topologies/services.ts';
import type { Snapshot } from '../topologies/snapshot.ts';
import { slicesOf } from '../topologies/snapshot.ts';
import type { Expectation, Measurement } from './measure.ts';
import type { Probe } from './probes.ts';
import { probesOf } from './probes.ts';

export const CLASSES: readonly TrafficClass[] = ['internal', 'external', 'shortCircuit'];

const FACTS: ExplainInput['facts'] = {
  version: { minor: 37 },
  dataPlanes: statedDataPlane(KUBE_PROXY),
  now: Date.now(),
  topologyAgeSeconds: 0,
};

/** The model's routes for every Service of the snapshot, in its order. */
export function explainAll(
  snapshot: Snapshot,
  hints: ExplainInput['hints'] = 'observed',
): readonly ServiceExplanation[] {
  const { nodes, services } = snapshot;
  return services.map(service =>
    explainService({ service, slices: slicesOf(snapshot, service), nodes, facts: FACTS, hints }),
  );
}

/**
 * Number of endpoints per port with a hint for each zone and node: everything that does not depend on Go's map order.
 */
export function hintCounts({ name, ports }: ServiceExplanation): unknown {
  return { name, ports: ports.map(({ port, hints: { zones, nodes } }) => ({ port, zones, nodes })) };
}

/** The expected outcomes of a Service in the environment's namespace, if the model is right. */
export function expectationsOf(explanation: ServiceExplanation, snapshot: Snapshot): readonly Expectation[] {
  const raw = snapshot.rawServices.get(explanation.name);
  if (explanation.namespace !== NAMESPACE || !raw) return [];
  return probesOf(explanation.name, raw).map(probe => {
    // If another proxy handles the Service, its ClusterIP is unallocated for kube-proxy (pkg/proxy/nftables/proxier.go
    // setupNFTables "Drop traffic to unallocated ClusterIPs", v1.37.1).
    if (explanation.ports.length === 0) return { ...probe, expected: ['drop'] };
    if (!probe.admitted) return { ...probe, expected: ['drop'] };
    const route = probe.isExplained ? routeOf(explanation, probe) : ownPortRoute(snapshot, probe);
    // A path that the model does not know is a disagreement as well: `none` never occurs.
    return { ...probe, expected: route === null ? ['none'] : outcomesOf(route) };
  });
}

/** Traffic classes that the model reports although no address of the Service leads to them, and the reverse. */
export function classDisagreements(explanation: ServiceExplanation, ways: readonly Expectation[]): readonly string[] {
  return explanation.ports.flatMap(({ port, nodes }) =>
    nodes.flatMap(view =>
      CLASSES.flatMap(trafficClass => {
        const known = view[trafficClass] !== null;
        const there = ways.some(
          way => way.isExplained && way.port === port && way.node === view.node && way.trafficClass === trafficClass,
        );
        if (known === there) return [];
        return [`${explanation.name} ${port} ${view.node} ${trafficClass}: told ${known}, address there ${there}`];
      }),
    ),
  );
}

/** Each disagreement between observation and model, as a sentence. */
export function disagreements(observations: readonly Measurement[]): readonly string[] {
  return observations.flatMap(({ service, port, node, trafficClass, way, expected, result }) => {
    const seen = Object.keys(result.seen).sort();
    if (seen.join() === [...expected].sort().join()) return [];
    const counts = seen.map(outcome => `${outcome} ×${result.seen[outcome]}`);
    const where = `${service}${port === '' ? '' : `:${port}`} on ${node}, ${trafficClass} (${way})`;
    return [`${where}: expected ${expected.join(' ')}, observed ${counts.join(', ')} in ${result.tries} tries`];
  });
}

export function routeOf(
  explanation: ServiceExplanation,
  at: { readonly port: string; readonly node: string; readonly trafficClass: TrafficClass },
): RouteExplanation | null {
  const ofPort = explanation.ports.find(({ port, ipFamily }) => port === at.port && ipFamily === 'IPv4');
  return ofPort?.nodes.find(({ node }) => node === at.node)?.[at.trafficClass] ?? null;
}

/** The model's route from a node to its own node port. */
function ownPortRoute(snapshot: Snapshot, { service: name, port, node }: Probe): RouteOutcome | null {
  const service = snapshot.services.find(one => one.name === name && one.namespace === NAMESPACE);
  const at = snapshot.nodes.find(one => one.name === node);
  if (!service || !at) return null;
  const input = {
    service,
    slices: slicesOf(snapshot, service),
    nodes: snapshot.nodes,
    facts: FACTS,
    hints: 'observed',
  } as const;
  const routing = routingForHintsSource(input).find(one => one.port.name === port && one.family === 'IPv4');
  const route = routing?.route('shortCircuit', at, 'NodePort');
  return routing && route
    ? { verdict: route.verdict, endpoints: route.endpoints.map(one => routing.endpointName(one)) }
    : null;
}

type RouteOutcome = Pick<RouteExplanation, 'verdict' | 'endpoints'>;

function outcomesOf({ verdict, endpoints }: RouteOutcome): readonly string[] {
  return verdict === 'forward' ? endpoints : [verdict];
}
