import type { EndpointSlice } from '../../model/endpoint-slice.ts';
import { isControllerManaged } from '../../model/endpoint-slice.ts';
import type { Service } from '../../model/service.ts';
import { isHeadless } from '../../model/service.ts';
import type { ClusterFacts } from '../../model/topology.ts';
import { formatVersion, NEWEST_KNOWN_MINOR } from '../../model/version.ts';
import type { Workload } from '../../model/workload.ts';
import { isEstablished } from '../../topology/data-planes/index.ts';
import { mostPods, workloadText } from '../../topology/scenarios/scenario.ts';
import { podEndpoints } from '../../topology/scenarios/service-pods.ts';
import { isTopologyStale } from '../needs.ts';
import type { NoAdvice } from './advice.ts';

export type Obstacle = Pick<NoAdvice, 'because' | 'reasons'>;

export interface PreconditionInput {
  readonly service: Service;
  readonly slices: readonly EndpointSlice[];
  readonly facts: ClusterFacts;
  readonly nodes: number;
  readonly clients: number;
  readonly workloads: readonly Workload[];
}

/** Why there can be no advice for a Service, `null` if there can. */
export function obstacleTo(input: PreconditionInput): Obstacle | null {
  const effect = noEffect(input.service);
  if (effect !== null) return { because: 'not-applicable', reasons: [effect] };
  const reasons = [...clusterGaps(input), ...endpointGaps(input), ...workloadGaps(input)];
  return reasons.length > 0 ? { because: 'unknown', reasons } : null;
}

function noEffect(service: Service): string | null {
  if (service.type === 'ExternalName') return 'it is an ExternalName, which has no endpoints';
  if (isHeadless(service)) return 'it is headless: clients connect to Pod addresses, whatever its traffic fields say';
  return service.ports.length === 0 ? 'it has no ports' : null;
}

function clusterGaps({ facts, nodes, clients }: PreconditionInput): readonly string[] {
  if (isTopologyStale(facts)) return ['the cluster data is too old'];
  if (facts.version.minor > NEWEST_KNOWN_MINOR)
    return [`Kubernetes ${formatVersion(facts.version)} is newer than any known version`];
  if (!isEstablished(facts)) return ['the routing of the data plane is not known: state it with --dataplane'];
  if (nodes === 0) return ['no Nodes are known'];
  return clients === 0 ? ['no node counts as a client node'] : [];
}

function endpointGaps({ service, slices }: PreconditionInput): readonly string[] {
  if (service.selector === null) return ['it has no selector: what writes its endpoints is not known'];
  const foreign = slices.find(slice => !isControllerManaged(slice) && slice.endpoints.length > 0);
  if (foreign) return [`${foreign.managedBy || 'an unknown writer'} writes its EndpointSlice ${foreign.name}`];
  if (service.publishNotReadyAddresses)
    return ['it publishes Pods that are not ready, so where its traffic ends is not known'];
  const endpoints = slices.flatMap(slice => slice.endpoints);
  if (!endpoints.some(({ ready }) => ready !== false)) return ['it has no ready endpoint'];
  const floating = endpoints.some(({ nodeName }) => nodeName === null);
  return floating ? ['an endpoint has no node'] : [];
}

const WORKLOAD_COMMAND = 'kubectl get deployments,statefulsets,daemonsets,replicasets,hpa -A -o yaml';

function workloadGaps({ workloads, service, slices }: PreconditionInput): readonly string[] {
  if (workloads.length === 0) {
    return [
      `the workload of its Pods is not known, so neither are its rollouts and its autoscaler: add ${WORKLOAD_COMMAND} to --topology`,
    ];
  }
  const [only] = workloads;
  if (workloads.length === 1 && only) return surplusGap(only, podEndpoints(service, slices).length);
  return [
    `its Pods may belong to ${workloads.slice(0, 3).map(workloadText).join(', ')}: which endpoint belongs to which is not known`,
  ];
}

/** More Pods than the workload can have. Those of a DaemonSet follow the nodes. */
function surplusGap(workload: Workload, pods: number): readonly string[] {
  if (workload.kind === 'DaemonSet' || pods <= mostPods(workload)) return [];
  const most = workload.autoscaler ? `maxReplicas ${workload.autoscaler.maxReplicas}` : `replicas ${workload.replicas}`;
  return [
    `it has ${pods} Pods, more than ${workloadText(workload)} with ${most}: the rest may belong to another workload`,
  ];
}
