import type { EndpointSlice } from '../model/endpoint-slice.ts';
import type { MeasuredTraffic } from '../model/measured-traffic.ts';
import type { Node } from '../model/node.ts';
import type { IPFamily, Service } from '../model/service.ts';
import type { ClusterFacts } from '../model/topology.ts';
import { reachable } from './categorize.ts';
import { assignmentOf, refineDataPlanes } from './data-plane.ts';
import { isEstablished } from './data-planes/index.ts';
import type { HintsAbsence, PredictedHints } from './hints.ts';
import { hintInputs, predictHints } from './hints.ts';
import { describeAbsence } from './hints-absence.ts';
import type { RatesOfService } from './measured-senders.ts';
import { NodeSet } from './node-set.ts';
import type { PortRouting } from './port-routing.ts';
import { portRoutings } from './port-routing.ts';
import type { ProxyEndpoint } from './proxy-endpoint.ts';
import type { Route, RouteMode, VerdictReason } from './route.ts';
import type { ScenarioNotes } from './scenarios/scenario.ts';
import type { NodesAway } from './scenarios/topology-under.ts';
import { ServiceEndpoints } from './service-endpoints.ts';
import { observedSlices } from './slice-prediction.ts';

export type HintsSource = 'observed' | 'predicted';

/** One Service of `explain -o json`. The field names are a contract. */
export interface ServiceExplanation {
  readonly namespace: string;
  readonly name: string;
  /** Empty if kube-proxy does not handle the Service or the routing of the data plane is unknown. */
  readonly ports: readonly PortExplanation[];
  /** Only with scenarios: what they assume about this Service, and what they cannot tell. */
  readonly scenario?: ScenarioNotes;
}

export interface PortExplanation {
  /** Name of the Service port, `''` when unnamed. */
  readonly port: string;
  readonly protocol: string;
  readonly ipFamily: IPFamily;
  readonly hints: HintsExplanation;
  readonly nodes: readonly NodeExplanation[];
}

export interface HintsExplanation {
  readonly source: HintsSource;
  /** The number of endpoints hinted for each zone and for each node. */
  readonly zones: Readonly<Record<string, number>>;
  readonly nodes: Readonly<Record<string, number>>;
  /** Why there are none: a word that programs can compare, a colon and the numbers. */
  readonly absentBecause: string | null;
}

/** One node: kube-proxy's four results, and the route of each traffic class. */
export interface NodeExplanation {
  readonly node: string;
  readonly zone: string | null;
  readonly cluster: readonly string[] | null;
  readonly local: readonly string[] | null;
  readonly reachable: readonly string[];
  readonly hasAny: boolean;
  readonly internal: RouteExplanation;
  readonly external: RouteExplanation | null;
  readonly shortCircuit: RouteExplanation | null;
}

export interface RouteExplanation {
  readonly mode: RouteMode;
  readonly verdict: Route['verdict'];
  readonly endpoints: readonly string[];
  readonly reason: VerdictReason;
}

export interface ExplainInput {
  readonly service: Service;
  readonly slices: readonly EndpointSlice[];
  readonly nodes: readonly Node[];
  readonly facts: ClusterFacts;
  readonly hints: HintsSource;
  /** Set if slices and nodes are those after scenarios. */
  readonly scenario?: ScenarioNotes;
  /** Some scenario does not last, so that nothing is counted for a month. */
  readonly isTemporary?: boolean;
  /** Only with scenarios: the nodes from which they take the senders. */
  readonly away?: NodesAway;
  /** Only with measured traffic. */
  readonly measured?: RatesOfService & Pick<MeasuredTraffic, 'unit'>;
  /** Only with a change: the Service and its cluster before it. */
  readonly before?: ExplainInput;
}

/** The slices with the requested hints: those observed, or those that the controller will write. */
export function slicesForHintsSource({ service, slices, nodes, facts, hints }: ExplainInput): PredictedHints {
  const predicted = predictHints(hintInputs(service, facts.version), slices, new NodeSet(nodes, assignmentOf(facts)));
  return hints === 'predicted' ? predicted : observedSlices(service.ipFamilies, slices, predicted);
}

/** The routes of every port on those slices. */
export function routingForHintsSource(input: ExplainInput): readonly PortRouting[] {
  const { service, facts } = input;
  return portRoutings({ service, endpoints: new ServiceEndpoints(slicesForHintsSource(input).slices), facts });
}

/** One port and its hints. */
export interface PortWithHints {
  readonly routing: PortRouting;
  readonly hints: HintsExplanation;
}

/** The ports of `explainService`, for callers that compute the routes of the nodes themselves. */
export function explainPorts(input: ExplainInput): readonly PortWithHints[] {
  const facts = { ...input.facts, dataPlanes: refineDataPlanes(input.nodes, input.facts.dataPlanes) };
  if (!isEstablished(facts)) return [];
  const { slices, absentBecause } = slicesForHintsSource({ ...input, facts });
  const hintsOf = hintCounts(slices);
  return portRoutings({ service: input.service, endpoints: new ServiceEndpoints(slices), facts }).map(port => ({
    routing: port,
    hints: explainHints(hintsOf(port), input.hints, absentBecause.get(port.family)),
  }));
}

/** How every node routes every port of a Service as stored by the API server. */
export function explainService(input: ExplainInput): ServiceExplanation {
  const { namespace, name } = input.service;
  const ports = explainPorts(input).map(({ routing: port, hints }) => ({
    port: port.port.name,
    protocol: port.port.protocol,
    ipFamily: port.family,
    hints,
    nodes: input.nodes.map(node => explainNode(port, node)),
  }));
  const { scenario } = input;
  return { namespace, name, ports, ...(scenario && { scenario }) };
}

type HintCounts = Pick<HintsExplanation, 'zones' | 'nodes'>;

/** A function from port to the hints of the slices that list it. Slices and their ports are read once for all ports. */
function hintCounts(slices: readonly EndpointSlice[]): (port: PortRouting) => HintCounts {
  const listing = new Map<string, Set<EndpointSlice>>();
  for (const slice of slices) {
    for (const { name, protocol } of slice.ports) {
      const key = `${slice.addressType} ${protocol} ${name}`;
      const those = listing.get(key);
      if (those) those.add(slice);
      else listing.set(key, new Set([slice]));
    }
  }
  // Ports that the same slices list share one count; most Services have one such group per IP family.
  const counted = new Map<string, HintCounts>();
  const positions = new Map(slices.map((slice, position) => [slice, position]));
  const keys = new Map([...listing].map(([key, those]) => [key, [...those].map(slice => positions.get(slice)).join()]));
  return ({ port, family }) => {
    const key = `${family} ${port.protocol} ${port.name}`;
    const group = keys.get(key) ?? '';
    const known = counted.get(group);
    if (known) return known;
    const counts = countHints(listing.get(key) ?? []);
    counted.set(group, counts);
    return counts;
  };
}

function countHints(slices: Iterable<EndpointSlice>): HintCounts {
  const zones: Record<string, number> = {};
  const nodes: Record<string, number> = {};
  for (const { endpoints } of slices) {
    for (const { hints } of endpoints) {
      for (const zone of hints?.zones ?? []) zones[zone] = (zones[zone] ?? 0) + 1;
      for (const node of hints?.nodes ?? []) nodes[node] = (nodes[node] ?? 0) + 1;
    }
  }
  return { zones, nodes };
}

function explainHints(
  { zones, nodes }: HintCounts,
  source: HintsSource,
  absence: HintsAbsence = { kind: 'not-written' },
): HintsExplanation {
  const present = Object.keys(zones).length > 0 || Object.keys(nodes).length > 0;
  return { source, zones, nodes, absentBecause: present ? null : describeAbsence(absence) };
}

function explainNode(port: PortRouting, node: Node): NodeExplanation {
  const categories = port.categories(node);
  const { cluster, local, hasAny } = categories;
  const internal = port.route('internal', node);
  if (!internal) throw new Error(`port ${port.port.name} has no internal route`);
  const external = port.route('external', node);
  const shortCircuit = port.route('shortCircuit', node);
  return {
    node: node.name,
    zone: node.zone,
    cluster: cluster && names(cluster, port),
    local: local && names(local, port),
    reachable: names(reachable(categories), port),
    hasAny,
    internal: explainRoute(internal, port),
    external: external && explainRoute(external, port),
    shortCircuit: shortCircuit && explainRoute(shortCircuit, port),
  };
}

function explainRoute(route: Route, port: PortRouting): RouteExplanation {
  return { mode: route.mode, verdict: route.verdict, endpoints: names(route.endpoints, port), reason: route.reason };
}

function names(endpoints: readonly ProxyEndpoint[], port: PortRouting): string[] {
  return endpoints.map(endpoint => port.endpointName(endpoint)).sort();
}
