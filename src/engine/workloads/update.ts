import type { EndpointSlice } from '../../model/endpoint-slice.ts';
import { isControllerManaged } from '../../model/endpoint-slice.ts';
import { matchesLabels } from '../../model/selector.ts';
import type { Service } from '../../model/service.ts';
import type { Topology } from '../../model/topology.ts';
import type { Workload } from '../../model/workload.ts';
import { unavailableInRollout, workloadText } from '../../topology/scenarios/scenario.ts';
import { withSlices } from '../../topology/topology-view.ts';
import type { ClusterChange } from './cluster-change.ts';
import type { Effect } from './effect.ts';
import { onlyLoss } from './effect.ts';
import type { Updated } from './placement.ts';
import { elsewhere } from './placement.ts';
import type { ServicePods } from './service-pods.ts';
import { podsOfWorkload } from './workload-pods.ts';

type Update = Extract<ClusterChange, { kind: 'update' }>;

/** The effects of a new template or strategy when its rollout is complete. One that removes nothing has no effect. */
export function updateEffects({ before, after }: Update, topology: Topology): readonly Effect[] {
  const own = { selection: podsOfWorkload(after, before.podLabels), before: topology };
  const name = workloadText(after);
  const ofStrategy: Effect = {
    ...own,
    cause: `each rollout of ${name} with its new strategy`,
    outcomes: (_, { matching }) =>
      takesAll(before, after, matching.length) ? onlyLoss(topology, matching, 'loss') : null,
  };
  const placement: Effect = {
    ...own,
    cause: `the new placement of ${name}`,
    outcomes: (service, pods) => elsewhere(service, pods, { before, after, topology }),
  };
  // Until a user deletes them, the Pods stay; those of a DaemonSet leave, immediately, the nodes that no longer match.
  if (after.rollout.kind === 'by-hand') return after.kind === 'DaemonSet' ? [placement] : [];
  return [
    {
      ...own,
      cause: `once its rollout is complete, changing the labels of ${name}`,
      outcomes: ({ selector }, { matching }) =>
        selector && matchesLabels(selector, before.podLabels) && !matchesLabels(selector, after.podLabels)
          ? onlyLoss(topology, matching)
          : null,
    },
    {
      ...own,
      cause: `once its rollout is complete, changing the ports of ${name}`,
      outcomes: (service, pods) => withoutPorts(service, pods, { before, after, topology }),
    },
    placement,
    ofStrategy,
  ];
}

function takesAll(before: Workload, after: Workload, pods: number): boolean {
  return pods > 0 && unavailableInRollout(after, pods) >= pods && unavailableInRollout(before, pods) < pods;
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
