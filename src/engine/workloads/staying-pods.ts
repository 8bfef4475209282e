import type { ServicePod } from './service-pods.ts';

interface PodsOfService {
  readonly matching: readonly ServicePod[];
  readonly others: readonly Pick<ServicePod, 'nodeName' | 'zone'>[];
}

/** The sets of Pods that may stay. `isComplete`: no other set differs from all of these in its nodes and ports. */
export interface StayingPods {
  readonly sets: readonly (readonly ServicePod[])[];
  readonly isComplete: boolean;
}

export const MAX_SETS = 64;

/**
 * The sets of `count` Pods that may stay, as the controller chooses which ones go. The first covers as many client nodes as
 * any, the second as many zones. Above 64 sets, only these and one that covers few.
 *
 * @param clients names of the nodes that send traffic
 */
export function stayingPods(
  { matching, others }: PodsOfService,
  count: number,
  clients: ReadonlySet<string>,
): StayingPods {
  if (count >= matching.length) return { sets: [matching], isComplete: true };
  const ordered = byCoverage(matching, others, pod => pod.nodeName !== null && clients.has(pod.nodeName));
  const best = [ordered.slice(0, count), byCoverage(matching, others, () => true).slice(0, count)];
  const groups = [
    ...Map.groupBy(ordered, ({ nodeName, isReady, slices }) => `${nodeName} ${isReady} ${slices}`).values(),
  ];
  const sets: (readonly ServicePod[])[] = [];
  // There are at least as many sets as groups, so the limit of sets bounds the depth of the recursion.
  const isComplete = groups.length <= MAX_SETS && collectSets(groups, count, sets);
  return { sets: [...best, ...(isComplete ? sets : [ordered.slice(ordered.length - count)])], isComplete };
}

/** As `stayingPods`, if Pods that are not ready go first. */
export function stayingReadyPods(pods: PodsOfService, count: number, clients: ReadonlySet<string>): StayingPods {
  const { matching, others } = pods;
  const ready = matching.filter(({ isReady }) => isReady);
  if (count <= ready.length) return stayingPods({ matching: ready, others }, count, clients);
  const unready = { matching: matching.filter(({ isReady }) => !isReady), others: [...others, ...ready] };
  const { sets, isComplete } = stayingPods(unready, count - ready.length, clients);
  return { sets: sets.map(set => [...ready, ...set]), isComplete };
}

/** False if there are too many. */
function collectSets(
  groups: readonly (readonly ServicePod[])[],
  count: number,
  sets: (readonly ServicePod[])[],
): boolean {
  const left = groups.map(() => 0);
  for (let i = groups.length - 1; i >= 0; i--) left[i] = (left[i + 1] ?? 0) + (groups[i]?.length ?? 0);
  const add = (at: number, chosen: readonly ServicePod[]): boolean => {
    const missing = count - chosen.length;
    const group = groups[at];
    if (missing === 0 || group === undefined) {
      sets.push(chosen);
      return sets.length <= MAX_SETS;
    }
    const fewest = Math.max(0, missing - (left[at + 1] ?? 0));
    for (let n = Math.min(group.length, missing); n >= fewest; n--)
      if (!add(at + 1, [...chosen, ...group.slice(0, n)])) return false;
    return true;
  };
  return add(0, []);
}

/** First one Pod per zone, then one per node, both without another Pod of the Service, and ready ones first; then Pods without clients. */
function byCoverage(
  pods: readonly ServicePod[],
  others: PodsOfService['others'],
  hasClients: (pod: ServicePod) => boolean,
): readonly ServicePod[] {
  const sorted = pods.filter(hasClients).sort((a, b) => Number(b.isReady) - Number(a.isReady));
  const inZones = firstOfEach(sorted, ({ zone }) => zone, new Set(others.map(({ zone }) => zone)));
  const taken = new Set([...others, ...inZones].map(({ nodeName }) => nodeName));
  const onNodes = firstOfEach(sorted, ({ nodeName }) => nodeName, taken);
  return [...new Set([...inZones, ...onNodes, ...sorted, ...pods])];
}

function firstOfEach(
  pods: readonly ServicePod[],
  placeOf: (pod: ServicePod) => string | null,
  taken: Set<string | null>,
): readonly ServicePod[] {
  return pods.filter(pod => {
    const place = placeOf(pod);
    if (taken.has(place)) return false;
    taken.add(place);
    return true;
  });
}
