import type { Topology } from '../../model/topology.ts';
import { workloadText } from '../../topology/scenarios/scenario.ts';
import type { ClusterChange } from './cluster-change.ts';
import { cordonEffects, isCordoned, withDrainedNode } from './cordon.ts';
import type { Effect } from './effect.ts';
import { onlyLoss, withoutPods } from './effect.ts';
import { keptOrdinals, outsideOrdinals } from './ordinals.ts';
import { isReplaced } from './pod-names.ts';
import type { PodSelection, ServicePod } from './service-pods.ts';
import { servicesWithPods } from './service-pods.ts';
import { stayingPods, stayingReadyPods } from './staying-pods.ts';
import { updateEffects } from './update.ts';
import { podsOfWorkload } from './workload-pods.ts';

type Change<K extends ClusterChange['kind']> = Extract<ClusterChange, { kind: K }>;

/** The effects of the change on the Pods of Services, the lasting ones first. */
export function effectsOf(change: ClusterChange, topology: Topology): readonly Effect[] {
  switch (change.kind) {
    case 'scale':
      return [scaleEffect(change, topology)];
    case 'delete':
      return [deleteEffect(change, topology)];
    case 'update':
      return updateEffects(change, topology);
    case 'evict':
      return [evictEffect(change, topology)];
    case 'cordon':
      return cordonEffects(change.node, topology);
    default:
      return change satisfies never;
  }
}

function scaleEffect(change: Change<'scale'>, before: Topology): Effect {
  const { workload, replicas, selector } = change;
  let kept: ReturnType<typeof keptOrdinals> | undefined;
  return {
    selection: podsOfWorkload(workload, selector),
    cause: `scaling ${workloadText(workload)} to ${replicas}`,
    before,
    outcomes: (_, pods, clients) => {
      const { matching } = pods;
      if (workload.kind === 'StatefulSet') {
        if (kept === undefined) kept = keptOrdinals(change, before);
        const going = outsideOrdinals(matching, kept);
        if (going.length === 0) return null;
        return kept?.isExact ? onlyLoss(before, going) : { ...onlyLoss(before, going, 'coverage'), isLowerBound: true };
      }
      if (matching.length <= replicas) return null;
      if (replicas === 0) return onlyLoss(before, matching);
      const choose = hasSeveralReplicaSets(matching) ? stayingPods : stayingReadyPods;
      const { sets, isComplete } = choose(pods, replicas, clients());
      const isCertain = isComplete && !isRollingOut(matching);
      return {
        certainty: isCertain ? 'all' : 'coverage',
        isLowerBound: !isComplete,
        after: sets.map(staying => () => withOnly(staying, matching, before)),
      };
    },
  };
}

/** True if new Pods may be in no slice yet: some are not ready, or of another ReplicaSet. */
function isRollingOut(pods: readonly ServicePod[]): boolean {
  return hasSeveralReplicaSets(pods) || pods.some(({ isReady }) => !isReady);
}

function hasSeveralReplicaSets(pods: readonly ServicePod[]): boolean {
  return new Set(pods.map(({ name }) => name.slice(0, name.lastIndexOf('-')))).size > 1;
}

function withOnly(staying: readonly ServicePod[], of: readonly ServicePod[], topology: Topology): Topology {
  const kept = new Set(staying);
  return withoutPods(
    topology,
    of.filter(pod => !kept.has(pod)),
  );
}

function deleteEffect({ workload, selector }: Change<'delete'>, before: Topology): Effect {
  return {
    selection: podsOfWorkload(workload, selector),
    cause: `deleting ${workloadText(workload)}`,
    before,
    outcomes: (_, { matching }) => onlyLoss(before, matching),
  };
}

/** The node of an eviction that belongs to a drain sends nothing any more. */
function evictEffect({ namespace, pod }: Change<'evict'>, topology: Topology): Effect {
  const selection: PodSelection = {
    isCandidate: service => service.namespace === namespace,
    isPod: name => name === pod,
  };
  const first = servicesWithPods(topology, selection).find(found => found !== null);
  const nodeName = first?.pods.matching[0]?.nodeName ?? null;
  const node = nodeName === null ? undefined : topology.node(nodeName);
  const before = node && isCordoned(node) ? withDrainedNode(topology, node.name) : topology;
  return {
    // Nothing replaces a Pod without a controller or of a Job.
    cause: isReplaced(pod) ? `until a new Pod is ready, evicting pod/${pod}` : `evicting pod/${pod}`,
    before,
    selection,
    outcomes: (_, { matching }) => onlyLoss(before, matching, 'loss'),
  };
}
