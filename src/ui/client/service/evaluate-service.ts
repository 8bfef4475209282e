import { clientNodeFilter } from '../../../engine/context.ts';
import { evaluateExisting } from '../../../engine/evaluate-existing.ts';
import type { Skipped } from '../../../engine/evaluation.ts';
import { EvaluationCache } from '../../../engine/evaluation-cache.ts';
import type { EndpointSlice } from '../../../model/endpoint-slice.ts';
import type { Finding } from '../../../model/finding.ts';
import type { IPFamily } from '../../../model/service.ts';
import { RULES } from '../../../rules/index.ts';
import { assignmentOf } from '../../../topology/data-plane.ts';
import type { TrafficInput } from '../../../topology/entrances.ts';
import { slicesForHintsSource } from '../../../topology/explain.ts';
import type { HintsAbsence } from '../../../topology/hints.ts';
import type { NodeSet } from '../../../topology/node-set.ts';
import type { PortRouting } from '../../../topology/port-routing.ts';
import { currentTraffic } from '../../../topology/service-traffic.ts';
import { type ServiceState, topologyOf } from './service-state.ts';

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

export function evaluateService(state: ServiceState): EvaluatedService {
  const { service, nodes, policy } = state;
  const cache = new EvaluationCache();
  const facts = { ...state.facts, dataPlanes: cache.dataPlanes(nodes, state.facts.dataPlanes) };
  const nodeSet = cache.nodes(nodes, assignmentOf(facts));
  const { slices, absentBecause } = slicesForHintsSource({ ...state, facts });
  const topology = topologyOf({ ...state, slices });
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
