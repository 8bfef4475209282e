import type { Node } from '../model/node.ts';
import type { ClusterFacts } from '../model/topology.ts';
import type { NodeSet } from './node-set.ts';

/**
 * The facts with the data plane that the Nodes indicate: kube-proxy, unless a Node is marked by a third-party proxy, whose
 * routing is unknown.
 */
export function refineDataPlane(nodes: NodeSet, facts: ClusterFacts): ClusterFacts {
  if (!facts.dataPlane.assumed || nodes.filter(hasThirdPartyProxy).size === 0) return facts;
  return { ...facts, dataPlane: { kind: 'other', serviceTopology: false, assumed: false } };
}

function hasThirdPartyProxy(node: Node): boolean {
  return node.thirdPartyProxy !== null;
}
