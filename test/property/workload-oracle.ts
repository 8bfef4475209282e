import type { Node } from '../../src/model/node.ts';
import { matchesLabels } from '../../src/model/selector.ts';
import type { RandomPod, RandomWorkload } from './random-workload.ts';

/** More than any ordinal of a random Pod. */
const SUFFIX_COUNT = 11;

/** A state that the change may lead to: which nodes send traffic, and which Pods are there. */
interface State {
  readonly clients: readonly Node[];
  readonly pods: readonly RandomPod[];
}

/** The facts of a state that the rules are about. */
interface Facts {
  readonly noEndpoint: boolean;
  /** Client nodes without a Pod, and without one that is ready. */
  readonly nodes: ReadonlySet<string>;
  readonly nodesNotReady: ReadonlySet<string>;
  /** Zones with clients and without a Pod, and without one that is ready. */
  readonly zones: ReadonlySet<string>;
  readonly zonesNotReady: ReadonlySet<string>;
  /** Under PreferSameZone: the load of a Pod of each zone as a multiple of the mean. */
  readonly load: ReadonlyMap<string | null, number>;
}

export interface Expected {
  readonly before: Facts;
  /** Of every outcome that the change may have for as long as it takes. */
  readonly passing: readonly Facts[];
  /** Of every outcome that lasts. */
  readonly lasting: readonly Facts[];
}

/** All outcomes of the change, by trying each choice of Pods and each place where an evicted Pod may come up. */
export function expectedOf({ nodes, pods: all, change }: RandomWorkload): Expected {
  // Pods that terminate end soon, whatever happens.
  const pods = all.filter(({ isTerminating }) => !isTerminating);
  const own = pods.filter(({ owner }) => owner === 'web');
  const others = pods.filter(({ owner }) => owner !== 'web');
  const clients = nodes.filter(isClient);
  const of = (state: State[]) => state.map(factsOf);
  const at = (left: readonly RandomPod[]): State => ({ clients, pods: left });
  switch (change.kind) {
    case 'scale': {
      // Pods that are not ready go first.
      const ready = own.filter(({ isReady }) => isReady);
      const unready = own.filter(({ isReady }) => !isReady);
      const left = (
        change.to <= ready.length
          ? subsets(ready, change.to)
          : subsets(unready, change.to - ready.length).map(some => [...ready, ...some])
      ).map(staying => at([...others, ...staying]));
      return { before: factsOf(at(pods)), passing: [], lasting: of(left) };
    }
    case 'scale-ordinals': {
      const ordinals = pods.filter(({ owner }) => owner === 'db').map(({ name }) => Number(name.slice(3)));
      // The first ordinal is any that lets the Pods be there: all lie within the old number of replicas.
      const [lowest, highest] = [Math.min(...ordinals), Math.max(...ordinals)];
      const first = Array.from({ length: SUFFIX_COUNT }, (_, i) => i).filter(
        // Without replicas all go.
        one => change.to === 0 || (one <= lowest && one + change.from > highest),
      );
      const left = first.map(one =>
        pods.filter(({ name, owner }) => owner !== 'db' || (change.to > 0 && Number(name.slice(3)) < one + change.to)),
      );
      return { before: factsOf(at(pods)), passing: [], lasting: of((first.length > 0 ? left : [pods]).map(at)) };
    }
    case 'place': {
      // Without a node that takes them, the rollout does not proceed.
      const open = nodes.filter(one => matchesLabels(change.selector, one.labels) && isAllowed(one));
      const placed = open.some(takesPods) ? placements(own, open) : [own];
      return { before: factsOf(at(pods)), passing: [], lasting: of(placed.map(there => at([...others, ...there]))) };
    }
    case 'relabel':
      // Each Pod may come up on the node that it was on.
      return { before: factsOf(at(pods)), passing: [], lasting: of([at(pods)]) };
    case 'delete':
      return { before: factsOf(at(pods)), passing: [], lasting: of([at(others)]) };
    case 'evict': {
      const pod = pods.find(({ name }) => name === change.pod);
      const senders = nodes.find(({ name }) => name === pod?.node)?.taints.some(isUnschedulable)
        ? clients.filter(({ name }) => name !== pod?.node)
        : clients;
      const state = (left: readonly RandomPod[]): State => ({ clients: senders, pods: left });
      return { before: factsOf(state(pods)), passing: of([state(pods.filter(one => one !== pod))]), lasting: [] };
    }
    case 'cordon': {
      const senders = clients.filter(({ name }) => name !== change.node);
      const moved = pods.filter(({ node, owner }) => node === change.node && owner !== 'agent');
      const left = pods.filter(pod => !moved.includes(pod));
      const open = nodes.filter(one => one.name !== change.node && !one.taints.some(isUnschedulable));
      const state = (of: readonly RandomPod[]): State => ({ clients: senders, pods: of });
      const placed = placements(moved, open).map(there => state([...left, ...there]));
      return { before: factsOf(state(pods)), passing: of([state(left)]), lasting: of(placed) };
    }
  }
}

function isUnschedulable({ key }: { readonly key: string }): boolean {
  return key === 'node.kubernetes.io/unschedulable';
}

/** True if the Deployment may run there, now or when the node is ready again. */
export function isAllowed({ taints }: Node): boolean {
  return taints.every(isUnschedulable);
}

function takesPods({ ready, taints }: Node): boolean {
  return ready && !taints.some(isUnschedulable);
}

function isClient({ ready, taints }: Node): boolean {
  return ready && !taints.some(({ key }) => key === 'node-role.kubernetes.io/control-plane');
}

function factsOf({ clients, pods }: State): Facts {
  const zones = new Set(clients.flatMap(({ zone }) => zone ?? []));
  const ready = pods.filter(({ isReady }) => isReady);
  const nodesWithout = (some: readonly RandomPod[]) =>
    new Set(clients.map(({ name }) => name).filter(name => !some.some(pod => pod.node === name)));
  const zonesWithout = (some: readonly RandomPod[]) =>
    new Set([...zones].filter(zone => !some.some(pod => pod.zone === zone)));
  return {
    noEndpoint: ready.length === 0,
    nodes: nodesWithout(pods),
    nodesNotReady: nodesWithout(ready),
    zones: zonesWithout(pods),
    zonesNotReady: zonesWithout(ready),
    load: loadsOf(clients, pods),
  };
}

/** Equal client nodes send to the Pods of their zone, or to all if it has none. */
function loadsOf(clients: readonly Node[], pods: readonly RandomPod[]): ReadonlyMap<string | null, number> {
  const received = new Map<RandomPod, number>();
  for (const { zone } of clients) {
    const inZone = pods.filter(pod => pod.zone === zone);
    const targets = inZone.length > 0 ? inZone : pods;
    for (const pod of targets) received.set(pod, (received.get(pod) ?? 0) + 1 / clients.length / targets.length);
  }
  return new Map(pods.map(pod => [pod.zone, (received.get(pod) ?? 0) * pods.length]));
}

function subsets<T>(items: readonly T[], count: number): readonly (readonly T[])[] {
  if (count === 0) return [[]];
  return items.flatMap((item, i) => subsets(items.slice(i + 1), count - 1).map(rest => [item, ...rest]));
}

/** Every Pod on every open node. Without an open node the Pods stay pending. */
function placements(pods: readonly RandomPod[], open: readonly Node[]): readonly (readonly RandomPod[])[] {
  const [first, ...rest] = pods;
  if (first === undefined || open.length === 0) return [[]];
  return placements(rest, open).flatMap(others =>
    open.map(({ name, zone }) => [{ ...first, node: name, zone, isReady: true }, ...others]),
  );
}
