import type {
  DataPlane,
  DataPlaneAssignment,
  DataPlaneKind,
  DataPlaneOfNodes,
  DataPlanes,
  NodeCondition,
} from '../model/data-plane.ts';
import { KNOWN_CILIUM_VERSIONS, KUBE_PROXY, OTHER_DATA_PLANE, possibleCiliums } from '../model/data-plane.ts';
import type { StatedDataPlane } from '../model/data-plane-text.ts';
import { matchesSelector } from '../model/label-selector.ts';
import type { Node } from '../model/node.ts';
import type { ClusterFacts } from '../model/topology.ts';

/** The data plane of a node under an assignment. */
export function dataPlaneAt(node: Node, assignment: DataPlaneAssignment): DataPlane {
  for (const { nodes, dataPlane } of assignment) {
    if (nodes === null || matches(node, nodes)) return dataPlane;
  }
  throw new Error('the last entry of an assignment has a condition');
}

function matches({ os, name, labels }: Node, condition: NodeCondition): boolean {
  if (condition.os !== undefined && os !== condition.os) return false;
  if (condition.names && !Object.hasOwn(condition.names, name)) return false;
  return condition.selector === undefined || matchesSelector(condition.selector, labels);
}

/** The assignment under which an evaluation runs. */
export function assignmentOf({ dataPlanes }: Pick<ClusterFacts, 'dataPlanes'>): DataPlaneAssignment {
  return dataPlanes.candidates[0];
}

/** The data planes of that assignment. */
export function dataPlanesOf(facts: Pick<ClusterFacts, 'dataPlanes'>): readonly DataPlane[] {
  return assignmentOf(facts).map(({ dataPlane }) => dataPlane);
}

/** More than this many combinations are not told apart. */
const MAX_CANDIDATES = 8;

/** The detected data planes, except on the nodes for which the configuration states others. */
export function withStatements(stated: readonly StatedDataPlane[], detected: DataPlanes): DataPlanes {
  if (stated.length === 0) return detected;
  const coversAll = stated.some(({ nodes }) => nodes === null);
  const bases = coversAll ? [[]] : detected.candidates;
  const candidates = stated.reduceRight<readonly (readonly DataPlaneOfNodes[])[]>(
    (rest, { nodes, candidates: own }) =>
      own.flatMap(dataPlane => rest.map(entries => [{ nodes, dataPlane }, ...entries])).slice(0, MAX_CANDIDATES),
    bases,
  );
  const certainty = candidates.length > 1 ? 'candidates' : coversAll ? 'known' : detected.certainty;
  const evidence = [...(coversAll ? [] : detected.evidence), 'the configuration'];
  return { certainty, stated: true, candidates: candidates as DataPlanes['candidates'], evidence };
}

/**
 * The data planes with what the Nodes themselves say: marks of third-party proxies refute an assumed kube-proxy, and Windows
 * nodes run kube-proxy's Windows version unless it is stated otherwise.
 */
export function refineDataPlanes(nodes: readonly Node[], dataPlanes: DataPlanes): DataPlanes {
  const refined = dataPlanes.certainty === 'assumed' ? markedDataPlanes(nodes, dataPlanes) : dataPlanes;
  const hasOpenWindows = nodes.some(
    node => node.os === 'windows' && refined.candidates.some(candidate => isLinuxOnly(dataPlaneAt(node, candidate))),
  );
  if (!hasOpenWindows) return refined;
  const candidates = refined.candidates.map((assignment): DataPlaneAssignment => [WINDOWS_NODES, ...assignment]);
  return { ...refined, candidates: candidates as readonly DataPlaneAssignment[] as DataPlanes['candidates'] };
}

const WINDOWS_NODES: DataPlaneOfNodes = {
  nodes: { os: 'windows' },
  dataPlane: { kind: 'windows-kube-proxy', version: null },
};

const LINUX_ONLY: readonly DataPlaneKind[] = ['kube-proxy', 'cilium', 'calico-ebpf', 'ovn-kubernetes', 'kube-router'];

function isLinuxOnly({ kind }: DataPlane): boolean {
  return LINUX_ONLY.includes(kind);
}

/** The data planes that fit a mark, which says nothing of version and settings. */
const MARKED: Readonly<Record<string, readonly DataPlane[]>> = {
  Cilium: KNOWN_CILIUM_VERSIONS.flatMap(version => possibleCiliums(version, KUBE_PROXY)),
  'OVN-Kubernetes': [{ kind: 'ovn-kubernetes', version: null }],
  Antrea: [true, false].map(proxyAll => ({ kind: 'antrea', version: null, proxyAll, kubeProxy: KUBE_PROXY })),
  'kube-router': [{ kind: 'kube-router', version: null }],
};

function markedDataPlanes(nodes: readonly Node[], dataPlanes: DataPlanes): DataPlanes {
  const marked = nodes.find(({ thirdPartyProxy }) => thirdPartyProxy !== null);
  if (!marked) return dataPlanes;
  const fitting = MARKED[marked.thirdPartyProxy ?? ''] ?? [OTHER_DATA_PLANE];
  const candidates = fitting.map((dataPlane): DataPlaneAssignment => [{ nodes: null, dataPlane }]);
  return {
    ...dataPlanes,
    certainty: candidates.length > 1 ? 'candidates' : 'known',
    candidates: candidates as readonly DataPlaneAssignment[] as DataPlanes['candidates'],
    evidence: [...dataPlanes.evidence, `annotations of ${marked.thirdPartyProxy} on Nodes`],
  };
}
