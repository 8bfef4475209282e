import type { Policy } from '../../../engine/policy.ts';
import type { EndpointSlice } from '../../../model/endpoint-slice.ts';
import type { Node } from '../../../model/node.ts';
import type { Service } from '../../../model/service.ts';
import type { ClusterFacts, Topology } from '../../../model/topology.ts';
import type { Workload } from '../../../model/workload.ts';
import type { HintsSource } from '../../../topology/explain.ts';
import { NO_NOTES, type ScenarioNotes } from '../../../topology/scenarios/scenario.ts';
import { workloadsOf } from '../../../topology/scenarios/service-under.ts';
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
  readonly workloadsUnknownBecause: string | null;
  readonly hints: HintsSource;
  /** The assumptions of the scenario, and what is not known about it. */
  readonly notes: ScenarioNotes;
}

export function serviceState(detail: ServiceDetail, cluster: ClusterDetail): ServiceState {
  const { service, slices, namespaceLabels, workloads, workloadsUnknownBecause } = detail;
  const { nodes, facts, policy } = cluster;
  const own = { service, slices, namespaceLabels, workloads, workloadsUnknownBecause };
  return { ...own, nodes, facts, policy, hints: 'observed', notes: NO_NOTES };
}

/** The workloads whose Pods are the endpoints of the Service. */
export function workloadsIn({ service, workloads }: ServiceState): readonly Workload[] {
  return workloadsOf(service, { workloads: () => workloads });
}

/** A cluster with this Service alone. */
export function topologyOf(state: ServiceState): Topology {
  const { service, slices, nodes, namespaceLabels, workloads } = state;
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
