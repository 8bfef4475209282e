import type { Node } from '../model/node.ts';
import type { ClusterFacts } from '../model/topology.ts';
import type { NodeSet } from './node-set.ts';

/**
 * The facts with what the nodes say of their data plane: kube-proxy is taken for granted only where no node is marked by a
 * network that handles Services itself, of whose paths nothing is claimed.
 */
export function withDataPlaneOf(nodes: NodeSet, facts: ClusterFacts): ClusterFacts {
  if (!facts.dataPlane.assumed || nodes.where(hasForeignProxy).size === 0) return facts;
  return { ...facts, dataPlane: { kind: 'other', serviceTopology: false, assumed: false } };
}

function hasForeignProxy(node: Node): boolean {
  return node.foreignProxy !== null;
}
