import { matchesSelector } from '../../model/label-selector.ts';
import { type Node, type Taint, UNSCHEDULABLE_TAINT } from '../../model/node.ts';
import type {
  AntiAffinityTerm,
  NodeRequirement,
  Toleration,
  TopologySpreadConstraint,
} from '../../model/pod-scheduling.ts';
import { matchesLabels } from '../../model/selector.ts';
import type { Workload } from '../../model/workload.ts';

/** Pods of the workload by node name. */
export type PodsByNode = ReadonlyMap<string, number>;

/**
 * The nodes on which the scheduler may place one more Pod of the workload, by its own requirements and the allocatable CPU
 * of a node. What other Pods use is not known (pkg/scheduler/framework/plugins, v1.37.1).
 */
export function feasibleNodes(workload: Workload, nodes: readonly Node[], pods: PodsByNode): readonly Node[] {
  const matching = nodes.filter(node => matchesNode(workload, node));
  // Nodes that take no Pod now still count as domains.
  const isSpread = spreadTest(workload, { nodes: matching, pods });
  const isApart = antiAffinityTest(workload, { nodes, pods });
  return matching.filter(
    node =>
      node.ready &&
      !node.deleting &&
      toleratesAll(workload, node) &&
      (node.milliCPU === 0 || (workload.cpuRequest ?? 0) <= node.milliCPU) &&
      isSpread(node) &&
      isApart(node),
  );
}

/** True if the node selector and the required node affinity match. */
export function matchesNode({ scheduling }: Workload, node: Node): boolean {
  if (!matchesLabels(scheduling.nodeSelector, node.labels)) return false;
  const { nodeTerms } = scheduling;
  // An empty term matches no node.
  return nodeTerms === null || nodeTerms.some(term => term.length > 0 && term.every(one => holds(one, node)));
}

function holds({ key, operator, values }: NodeRequirement, { name, labels }: Node): boolean {
  const value = key === 'metadata.name' ? name : labels[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return Number(value) > Number(values[0]);
    case 'Lt':
      return Number(value) < Number(values[0]);
    default:
      return false;
  }
}

/** Taints that the DaemonSet controller tolerates for its Pods (pkg/controller/daemon/util AddOrUpdateDaemonPodTolerations). */
const DAEMON_TOLERATED = [
  'node.kubernetes.io/not-ready',
  'node.kubernetes.io/unreachable',
  'node.kubernetes.io/disk-pressure',
  'node.kubernetes.io/memory-pressure',
  'node.kubernetes.io/pid-pressure',
  UNSCHEDULABLE_TAINT,
];

/** True if no taint keeps a new Pod away. */
export function toleratesAll({ kind, scheduling }: Workload, { taints }: Node): boolean {
  const hard = taints.filter(({ effect }) => effect === 'NoSchedule' || effect === 'NoExecute');
  return hard.every(
    taint =>
      (kind === 'DaemonSet' && DAEMON_TOLERATED.includes(taint.key)) ||
      scheduling.tolerations.some(toleration => tolerates(toleration, taint)),
  );
}

function tolerates({ key, operator, value, effect }: Toleration, taint: Taint): boolean {
  if (effect !== '' && effect !== taint.effect) return false;
  if (key === '') return operator === 'Exists';
  return key === taint.key && (operator === 'Exists' || value === taint.value);
}

interface Placed {
  readonly nodes: readonly Node[];
  readonly pods: PodsByNode;
}

/** True for a constraint or anti-affinity about the workload's own Pods. */
export function selectsOwnPods(
  { selector }: Pick<AntiAffinityTerm, 'selector'>,
  { podLabels }: Pick<Workload, 'podLabels'>,
): boolean {
  return selector !== null && matchesSelector(selector, podLabels);
}

type NodeTest = (node: Node) => boolean;

/** True for nodes that every spread constraint with DoNotSchedule about the workload's own Pods allows. */
function spreadTest(workload: Workload, placed: Placed): NodeTest {
  const tests = workload.spread
    .filter(({ whenUnsatisfiable, selector }) => whenUnsatisfiable === 'DoNotSchedule' && selector !== null)
    .map((constraint): NodeTest => {
      const { topologyKey, maxSkew } = constraint;
      const domains = selectsOwnPods(constraint, workload) ? domainsOf(workload, constraint, placed) : null;
      return ({ labels }) => {
        const own = labels[topologyKey];
        if (own === undefined) return false;
        return domains === null || (domains.counts.get(own) ?? 0) + 1 - domains.fewest <= maxSkew;
      };
    });
  return node => tests.every(test => test(node));
}

/** True for nodes in no domain with a Pod of the workload that its own required anti-affinity keeps apart. */
function antiAffinityTest(workload: Workload, placed: Placed): NodeTest {
  const tests = workload.scheduling.antiAffinity
    .filter(term => selectsOwnPods(term, workload))
    .map(({ topologyKey }): NodeTest => {
      const counts = countByDomain(topologyKey, placed);
      return ({ labels }) => {
        const own = labels[topologyKey];
        return own === undefined || (counts.get(own) ?? 0) === 0;
      };
    });
  return node => tests.every(test => test(node));
}

/** The Pods by domain of a constraint, and the number that maxSkew is counted from. */
function domainsOf(
  workload: Workload,
  { topologyKey, minDomains, honorsTaints }: TopologySpreadConstraint,
  { nodes, pods }: Placed,
): { readonly counts: ReadonlyMap<string, number>; readonly fewest: number } {
  const counted = honorsTaints ? nodes.filter(node => node.ready && toleratesAll(workload, node)) : nodes;
  const counts = countByDomain(topologyKey, { nodes: counted, pods });
  return { counts, fewest: counts.size < minDomains ? 0 : Math.min(...counts.values()) };
}

function countByDomain(topologyKey: string, { nodes, pods }: Placed): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { name, labels } of nodes) {
    const domain = labels[topologyKey];
    if (domain !== undefined) counts.set(domain, (counts.get(domain) ?? 0) + (pods.get(name) ?? 0));
  }
  return counts;
}
