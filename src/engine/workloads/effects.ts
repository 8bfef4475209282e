import type { Topology } from '../../model/topology.ts';
import { workloadText } from '../../topology/scenarios/scenario.ts';
import type { ClusterChange } from './cluster-change.ts';
import { cordonEffects } from './cordon.ts';
import type { Effect } from './effect.ts';
import { onlyLoss, withoutPods } from './effect.ts';
import { ordinalOf } from './pod-names.ts';
import type { ServicePod } from './service-pods.ts';
import { stayingPods } from './staying-pods.ts';
import { updateEffects } from './update.ts';
import { ofWorkload } from './workload-pods.ts';

type Change<K extends ClusterChange['kind']> = Extract<ClusterChange, { kind: K }>;

/** What the change does to the Pods of Services, the lasting effects first. */
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

function scaleEffect({ workload, replicas, firstOrdinal, selector }: Change<'scale'>, before: Topology): Effect {
  return {
    ...ofWorkload(workload, selector),
    cause: `scaling ${workloadText(workload)} to ${replicas}`,
    before,
    outcomes: (_, pods, clients) => {
      const { matching } = pods;
      if (workload.kind === 'StatefulSet') {
        const going = withHighestOrdinals(matching, replicas, firstOrdinal);
        return going.length > 0 ? onlyLoss(before, going) : null;
      }
      if (matching.length <= replicas) return null;
      if (replicas === 0) return onlyLoss(before, matching);
      const { sets, isComplete } = stayingPods(pods, replicas, clients());
      return {
        certainty: isComplete ? 'all' : 'coverage',
        after: sets.map(
          staying => () =>
            withoutPods(
              before,
              matching.filter(pod => !staying.includes(pod)),
            ),
        ),
      };
    },
  };
}

/** The Pods that a StatefulSet removes. Without a stated first ordinal, the lowest one that is there counts. */
function withHighestOrdinals(
  pods: readonly ServicePod[],
  replicas: number,
  firstOrdinal: number | null,
): readonly ServicePod[] {
  const first = firstOrdinal ?? Math.min(...pods.map(({ name }) => ordinalOf(name)));
  return pods.filter(({ name }) => ordinalOf(name) >= first + replicas);
}

function deleteEffect({ workload, selector }: Change<'delete'>, before: Topology): Effect {
  return {
    ...ofWorkload(workload, selector),
    cause: `deleting ${workloadText(workload)}`,
    before,
    outcomes: (_, { matching }) => onlyLoss(before, matching),
  };
}

function evictEffect({ namespace, pod }: Change<'evict'>, before: Topology): Effect {
  return {
    cause: `until a new Pod is ready, evicting pod/${pod}`,
    before,
    isCandidate: service => service.namespace === namespace,
    isPod: name => name === pod,
    outcomes: (_, { matching }) => onlyLoss(before, matching, 'loss'),
  };
}
