import type { Node } from '../../model/node.ts';
import type { Service } from '../../model/service.ts';
import type { Topology } from '../../model/topology.ts';
import { withPodsOn } from '../../topology/scenarios/service-pods.ts';
import { topologyUnder } from '../../topology/scenarios/topology-under.ts';
import { withSlices } from '../../topology/topology-view.ts';
import type { PodSelection, ServicePod, ServicePods } from './service-pods.ts';

/**
 * Which rules tell something certain about the outcomes. `all`: they are all that there can be. `coverage`: those about nodes and
 * zones without an endpoint, as any other outcome covers no more. `loss`: of a state that passes, only lost traffic matters.
 */
export type Certainty = 'all' | 'coverage' | 'loss';

/** The states of one Service that a change may lead to. A finding counts if every outcome has it. */
export interface Outcomes {
  readonly certainty: Certainty;
  /** True if other outcomes may leave more nodes and zones without an endpoint. */
  readonly isLowerBound?: boolean;
  readonly after: readonly (() => Topology)[];
}

/** One effect of a change on the Pods of Services. */
export interface Effect {
  /** The subject of a sentence: `scaling deployment/web to 1`. */
  readonly cause: string;
  /** True if it is that of other changes, which are reviewed when they come: it never denies. */
  readonly isAnnounced?: true;
  /** Before the change, without the senders that it takes away. */
  readonly before: Topology;
  /** The Pods that it concerns. Effects share it if they concern the same ones. */
  readonly selection: PodSelection;
  /** `null` if nothing changes for the Service. */
  outcomes(service: Service, pods: ServicePods, clients: () => ReadonlySet<string>): Outcomes | null;
}

/** The topology without these Pods, by the scenario of lost Pods. */
export function withoutPods(topology: Topology, pods: readonly ServicePod[]): Topology {
  const lost = pods.flatMap(({ addresses }) => addresses);
  return topologyUnder(
    topology,
    lost.map(address => ({ kind: 'pod-lost', address })),
  ).topology;
}

/** The only outcome: without these Pods. */
export function onlyLoss(topology: Topology, pods: readonly ServicePod[], certainty: Certainty = 'all'): Outcomes {
  return { certainty, after: [() => withoutPods(topology, pods)] };
}

interface Moved {
  readonly service: Service;
  readonly pods: readonly ServicePod[];
  readonly before: Topology;
}

/** The topology with a Pod on every node that may take one of them: no outcome covers more. */
export function movedTo(nodes: readonly Node[], { service, pods, before }: Moved): Topology {
  const left = withoutPods(before, pods).slices(service.namespace, service.name);
  return withSlices(before, service, withPodsOn(left, service, nodes));
}
