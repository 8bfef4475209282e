import type { EndpointSlice } from '../../model/endpoint-slice.ts';
import { isControllerManaged } from '../../model/endpoint-slice.ts';
import type { Node } from '../../model/node.ts';
import { matchesLabels } from '../../model/selector.ts';
import type { Service } from '../../model/service.ts';
import type { Topology } from '../../model/topology.ts';
import type { Workload } from '../../model/workload.ts';
import { matchesNode, toleratesAll } from '../../topology/scenarios/feasible-nodes.ts';
import { unavailableInRollout, workloadText } from '../../topology/scenarios/scenario.ts';
import { withSlices } from '../../topology/topology-view.ts';
import type { ClusterChange } from './cluster-change.ts';
import type { Effect } from './effect.ts';
import { movedTo, onlyLoss } from './effect.ts';
import type { ServicePods } from './service-pods.ts';
import { ofWorkload } from './workload-pods.ts';

type Update = Extract<ClusterChange, { kind: 'update' }>;

/** The effects of a new template or strategy when its rollout is complete. One that removes nothing has no effect. */
export function updateEffects({ before, after }: Update, topology: Topology): readonly Effect[] {
  const own = { ...ofWorkload(after, before.podLabels), before: topology };
  const name = workloadText(after);
  const ofStrategy: Effect = {
    ...own,
    cause: `each rollout of ${name} with its new strategy`,
    outcomes: (_, { matching }) =>
      takesAll(before, after, matching.length) ? onlyLoss(topology, matching, 'loss') : null,
  };
  // Until a user deletes them, the Pods stay as they are.
  if (after.rollout.kind === 'by-hand') return [];
  return [
    {
      ...own,
      cause: `changing the labels of ${name}`,
      outcomes: ({ selector }, { matching }) =>
        selector && matchesLabels(selector, before.podLabels) && !matchesLabels(selector, after.podLabels)
          ? onlyLoss(topology, matching)
          : null,
    },
    {
      ...own,
      cause: `changing the ports of ${name}`,
      outcomes: (service, pods) => withoutPorts(service, pods, { before, after, topology }),
    },
    {
      ...own,
      cause: `the new placement of ${name}`,
      outcomes: (service, pods) => elsewhere(service, pods, { before, after, topology }),
    },
    ofStrategy,
  ];
}

interface Updated {
  readonly before: Workload;
  readonly after: Workload;
  readonly topology: Topology;
}

function takesAll(before: Workload, after: Workload, pods: number): boolean {
  return pods > 0 && unavailableInRollout(after, pods) >= pods && unavailableInRollout(before, pods) < pods;
}

/** New Pods may come up on each node that the template allows; Pods on others go. */
function elsewhere(service: Service, { matching }: ServicePods, { before, after, topology }: Updated) {
  const nodes = topology.nodes();
  const allowed = nodes.filter(node => mayRun(after, node));
  const names = new Set(allowed.map(({ name }) => name));
  const wasAllowed = (nodeName: string | null) => {
    const node = nodeName === null ? undefined : topology.node(nodeName);
    return node !== undefined && mayRun(before, node);
  };
  const going = matching.filter(({ nodeName }) => nodeName !== null && !names.has(nodeName) && wasAllowed(nodeName));
  // If no node takes the new Pods, the rollout keeps the old ones.
  if (going.length === 0 || (allowed.length === 0 && after.kind !== 'DaemonSet')) return null;
  return {
    certainty: 'coverage',
    after: [() => movedTo(allowed, { service, pods: going, before: topology })],
  } as const;
}

function mayRun(workload: Workload, node: Node): boolean {
  return node.ready && !node.deleting && matchesNode(workload, node) && toleratesAll(workload, node);
}

/** A named target port that the new Pods lack has no endpoint on them. */
function withoutPorts(service: Service, { matching }: ServicePods, { before, after, topology }: Updated) {
  const has = ({ podPorts }: Workload, name: string, protocol: string) =>
    podPorts.some(port => port.name === name && port.protocol === protocol);
  const lost = service.ports.filter(
    ({ targetPort, protocol }) =>
      typeof targetPort === 'string' && has(before, targetPort, protocol) && !has(after, targetPort, protocol),
  );
  if (lost.length === 0) return null;
  const names = new Set(lost.map(({ name }) => name));
  const addresses = new Set(matching.flatMap(pod => pod.addresses));
  const slices = topology.slices(service.namespace, service.name);
  const changed = slices.flatMap(slice => (isControllerManaged(slice) ? splitSlice(slice, names, addresses) : slice));
  return { certainty: 'loss', after: [() => withSlices(topology, service, changed)] } as const;
}

/** The slice for the other endpoints, and one without the ports for these. */
function splitSlice(
  slice: EndpointSlice,
  ports: ReadonlySet<string>,
  addresses: ReadonlySet<string>,
): readonly EndpointSlice[] {
  const own = slice.endpoints.filter(({ address }) => addresses.has(address));
  if (own.length === 0) return [slice];
  return [
    { ...slice, endpoints: slice.endpoints.filter(({ address }) => !addresses.has(address)) },
    {
      ...slice,
      name: `${slice.name}-new`,
      ports: slice.ports.filter(({ name }) => !ports.has(name ?? '')),
      endpoints: own,
    },
  ];
}
