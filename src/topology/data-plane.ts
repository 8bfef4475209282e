import type { Node } from '../model/node.ts';
import type { ClusterFacts } from '../model/topology.ts';

/**
 * The facts with what the nodes say of their data plane: kube-proxy is taken for granted only where no node is marked by a
 * network that handles Services itself, of whose paths nothing is claimed.
 */
export function withDataPlaneOf(nodes: readonly Node[], facts: ClusterFacts): ClusterFacts {
  if (!facts.dataPlane.assumed || !nodes.some(node => node.foreignProxy !== null)) return facts;
  return { ...facts, dataPlane: { kind: 'other', serviceTopology: false, assumed: false } };
}
