import type { Node } from '../model/node.ts';
import type { ClusterFacts } from '../model/topology.ts';
import type { NodeSet } from './node-set.ts';

/**
 * The facts with the data plane that the nodes' marks indicate. kube-proxy is assumed only if no node is marked by a network
 * that replaces it; the routing of such a network is unknown.
 */
export function withDataPlaneOf(nodes: NodeSet, facts: ClusterFacts): ClusterFacts {
  if (!facts.dataPlane.assumed || nodes.where(hasForeignProxy).size === 0) return facts;
  return { ...facts, dataPlane: { kind: 'other', serviceTopology: false, assumed: false } };
}

function hasForeignProxy(node: Node): boolean {
  return node.foreignProxy !== null;
}
