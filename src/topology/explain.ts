import type { EndpointSlice } from '../model/endpoint-slice.ts';
import type { Node } from '../model/node.ts';
import type { IPFamily, Service } from '../model/service.ts';
import type { ClusterFacts } from '../model/topology.ts';
import { reachable } from './categorize.ts';
import { assignmentOf, refineDataPlanes } from './data-plane.ts';
import { isEstablished } from './data-planes/index.ts';
import type { HintsAbsence, PredictedHints } from './hints.ts';
import { hintInputs, predictHints } from './hints.ts';
import { describeAbsence } from './hints-absence.ts';
import { NodeSet } from './node-set.ts';
import type { PortRouting } from './port-routing.ts';
import { portRoutings } from './port-routing.ts';
import type { ProxyEndpoint } from './proxy-endpoint.ts';
import type { Route, RouteMode, VerdictReason } from './route.ts';
import { ServiceEndpoints } from './service-endpoints.ts';
import { observedSlices } from './slice-prediction.ts';

export type HintsSource = 'observed' | 'predicted';

/** One Service of `explain -o json`. The field names are a contract. */
export interface ServiceExplanation {
  readonly namespace: string;
  readonly name: string;
  /** Empty if kube-proxy does not handle the Service or the routing of the data plane is unknown. */
  readonly ports: readonly PortExplanation[];
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
  return portRoutings({ service: input.service, endpoints: new ServiceEndpoints(slices), facts }).map(port => ({
    routing: port,
    hints: explainHints({ slices, port, source: input.hints, absentBecause }),
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
  return { namespace, name, ports };
}

interface PortHintsInput {
  readonly slices: readonly EndpointSlice[];
  readonly port: PortRouting;
  readonly source: HintsSource;
  readonly absentBecause: ReadonlyMap<IPFamily, HintsAbsence>;
}

function explainHints({ slices, port, source, absentBecause }: PortHintsInput): HintsExplanation {
  const zones: Record<string, number> = {};
  const nodes: Record<string, number> = {};
  for (const slice of slices) {
    const carriesPort = slice.ports.some(p => p.name === port.port.name && p.protocol === port.port.protocol);
    if (slice.addressType !== port.family || !carriesPort) continue;
    for (const { hints } of slice.endpoints) {
      for (const zone of hints?.zones ?? []) zones[zone] = (zones[zone] ?? 0) + 1;
      for (const node of hints?.nodes ?? []) nodes[node] = (nodes[node] ?? 0) + 1;
    }
  }
  const present = Object.keys(zones).length > 0 || Object.keys(nodes).length > 0;
  const absence = absentBecause.get(port.family) ?? { kind: 'not-written' };
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
