import type {
  DataPlane,
  DataPlaneAssignment,
  DataPlaneOfNodes,
  DataPlanes,
  NodeCondition,
} from '../model/data-plane.ts';
import { OTHER_DATA_PLANE } from '../model/data-plane.ts';
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
 * The data planes, with what the Nodes themselves say: one that is marked by a third-party proxy refutes an assumed
 * kube-proxy.
 */
export function refineDataPlanes(nodes: readonly Node[], dataPlanes: DataPlanes): DataPlanes {
  if (dataPlanes.certainty !== 'assumed' || !nodes.some(hasThirdPartyProxy)) return dataPlanes;
  return { ...dataPlanes, certainty: 'known', candidates: [[{ nodes: null, dataPlane: OTHER_DATA_PLANE }]] };
}

function hasThirdPartyProxy(node: Node): boolean {
  return node.thirdPartyProxy !== null;
}
