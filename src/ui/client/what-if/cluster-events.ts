import { type Scenario as ClusterScenario, workloadText } from '../../../topology/scenarios/scenario.ts';
import { podEndpoints } from '../../../topology/scenarios/service-pods.ts';
import { type ServiceState, workloadsIn } from '../service/service-state.ts';

/** The changes of a cluster, without the number of Pods. */
export type EventKind = Exclude<ClusterScenario['kind'], 'scale'>;

/** A value with its place. */
export interface Suggestion {
  readonly value: string;
  readonly note: string;
}

interface EventType {
  readonly title: string;
  /** The kind of its value. */
  readonly subject: string;
  suggestions(state: ServiceState): readonly Suggestion[];
  /** The scenario with this value; `null` if nothing has this name. */
  scenario(value: string, state: ServiceState): ClusterScenario | null;
}

const NODE = {
  subject: 'Node',
  suggestions: ({ nodes }: ServiceState) => nodes.map(({ name, zone }) => ({ value: name, note: zone ?? 'no zone' })),
};

export const EVENTS: { readonly [K in EventKind]: EventType } = {
  'zone-down': {
    title: 'A zone is down',
    subject: 'Zone',
    suggestions: ({ nodes }) => {
      const zones = [...Map.groupBy(nodes, ({ zone }) => zone ?? '')].filter(([zone]) => zone !== '');
      return zones
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([value, own]) => ({ value, note: `nodes: ${own.length}` }));
    },
    scenario: (zone, { nodes }) => (nodes.some(node => node.zone === zone) ? { kind: 'zone-down', zone } : null),
  },
  'node-down': {
    ...NODE,
    title: 'A node is down',
    scenario: (node, state) => (isNode(node, state) ? { kind: 'node-down', node } : null),
  },
  drain: {
    ...NODE,
    title: 'A node is drained',
    scenario: (node, state) => (isNode(node, state) ? { kind: 'drain', node } : null),
  },
  'pod-lost': {
    title: 'A Pod is lost',
    subject: 'Address',
    suggestions: ({ service, slices }) =>
      podEndpoints(service, slices).map(({ address, nodeName }) => ({ value: address, note: nodeName ?? 'no node' })),
    scenario: (address, { slices }) =>
      slices.some(({ endpoints }) => endpoints.some(endpoint => endpoint.address === address))
        ? { kind: 'pod-lost', address }
        : null,
  },
  rollout: {
    title: 'A rollout',
    subject: 'Workload',
    suggestions: state => workloadsIn(state).map(workload => ({ value: workloadText(workload), note: '' })),
    scenario: (text, state) => {
      const found = workloadsIn(state).find(workload => workloadText(workload) === text);
      if (!found) return null;
      const { kind, namespace, name } = found;
      return { kind: 'rollout', workload: { kind, namespace, name }, away: null };
    },
  },
  'node-added': {
    ...NODE,
    title: 'One more node like',
    scenario: (like, state) => (isNode(like, state) ? { kind: 'node-added', like } : null),
  },
};

function isNode(name: string, { nodes }: ServiceState): boolean {
  return nodes.some(node => node.name === name);
}
