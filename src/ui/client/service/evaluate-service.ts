import { clientNodeFilter } from '../../../engine/context.ts';
import { evaluateExisting } from '../../../engine/evaluate-existing.ts';
import type { Skipped } from '../../../engine/evaluation.ts';
import { EvaluationCache } from '../../../engine/evaluation-cache.ts';
import type { Policy } from '../../../engine/policy.ts';
import type { EndpointSlice } from '../../../model/endpoint-slice.ts';
import type { Finding } from '../../../model/finding.ts';
import type { Node } from '../../../model/node.ts';
import type { IPFamily, Service } from '../../../model/service.ts';
import type { ClusterFacts, Topology } from '../../../model/topology.ts';
import type { Workload } from '../../../model/workload.ts';
import { RULES } from '../../../rules/index.ts';
import { assignmentOf } from '../../../topology/data-plane.ts';
import type { TrafficInput } from '../../../topology/entrances.ts';
import type { HintsSource } from '../../../topology/explain.ts';
import { slicesForHintsSource } from '../../../topology/explain.ts';
import type { HintsAbsence } from '../../../topology/hints.ts';
import type { NodeSet } from '../../../topology/node-set.ts';
import type { PortRouting } from '../../../topology/port-routing.ts';
import { currentTraffic } from '../../../topology/service-traffic.ts';
import type { ClusterDetail, ServiceDetail } from '../../api.ts';

/** One Service in its cluster, current or changed by a scenario. */
export interface ServiceState {
  readonly service: Service;
  readonly slices: readonly EndpointSlice[];
  readonly nodes: readonly Node[];
  readonly facts: ClusterFacts;
  readonly policy: Policy;
  readonly namespaceLabels: Readonly<Record<string, string>>;
  readonly workloads: readonly Workload[];
  readonly hints: HintsSource;
}

/** Runs the same engine as the webhook. */
export interface EvaluatedService {
  readonly state: ServiceState;
  /** With the hints in effect: observed for the current Service, predicted for a scenario. */
  readonly slices: readonly EndpointSlice[];
  /** Empty if kube-proxy does not handle the Service or the data plane is unknown. */
  readonly ports: readonly PortRouting[];
  readonly clients: NodeSet;
  readonly nodes: NodeSet;
  readonly findings: readonly Finding[];
  readonly skipped: readonly Skipped[];
  readonly hintsAbsentBecause: ReadonlyMap<IPFamily, HintsAbsence>;
}

export function serviceState(detail: ServiceDetail, cluster: ClusterDetail): ServiceState {
  const { service, slices, namespaceLabels, workloads } = detail;
  const { nodes, facts, policy } = cluster;
  return { service, slices, nodes, facts, policy, namespaceLabels, workloads, hints: 'observed' };
}

export function evaluateService(state: ServiceState): EvaluatedService {
  const { service, nodes, policy } = state;
  const cache = new EvaluationCache();
  const facts = { ...state.facts, dataPlanes: cache.dataPlanes(nodes, state.facts.dataPlanes) };
  const nodeSet = cache.nodes(nodes, assignmentOf(facts));
  const { slices, absentBecause } = slicesForHintsSource({ ...state, facts });
  const topology = topologyOf(state, slices);
  const { findings, skipped } = evaluateExisting(service, { rules: RULES, topology, facts, policy, cache });
  const clients = cache.clientNodes(nodeSet, clientNodeFilter(service, policy.clientNodes), facts.now);
  const { ports } = currentTraffic({ service, slices, facts, clients, nodes: nodeSet });
  return {
    state: { ...state, facts },
    slices,
    ports,
    clients,
    nodes: nodeSet,
    findings,
    skipped: skipped.filter(({ need }) => need !== 'workloads'),
    hintsAbsentBecause: absentBecause,
  };
}

/** Input for senders, flows and losses. */
export function trafficInput({ state, ports, clients, nodes }: EvaluatedService): TrafficInput {
  return { service: state.service, ports, clients, nodes, minor: state.facts.version.minor };
}

function topologyOf(state: ServiceState, slices: readonly EndpointSlice[]): Topology {
  const { service, nodes, namespaceLabels, workloads } = state;
  const byName = new Map(nodes.map(node => [node.name, node]));
  const isOwn = (namespace: string, name: string) => namespace === service.namespace && name === service.name;
  return {
    nodes: () => nodes,
    node: name => byName.get(name),
    services: () => [service],
    service: (namespace, name) => (isOwn(namespace, name) ? service : undefined),
    slices: (namespace, name) => (isOwn(namespace, name) ? slices : []),
    workloads: () => workloads,
    namespaceLabels: () => namespaceLabels,
  };
}
