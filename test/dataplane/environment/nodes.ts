/**
 * One node of the environment: three network namespaces (the host, its client Pod, its serving Pods) and a kube-proxy.
 */
export interface LabNode {
  readonly name: string;
  /** Determines every address of the node; 1 to 9. */
  readonly index: number;
  readonly zone: string | null;
  /** Labelled as control plane, so that topology-mode Auto does not count it. */
  readonly controlPlane: boolean;
}

/**
 * Two nodes share a zone, two have one each. The node without a zone has the control-plane label: any other node
 * without a zone disables Auto hints for all Services (k8s.io/endpointslice topologycache/topologycache.go SetNodes,
 * v0.37.1).
 */
export const NODES: readonly LabNode[] = [
  { name: 'n1', index: 1, zone: 'zone-a', controlPlane: false },
  { name: 'n2', index: 2, zone: 'zone-a', controlPlane: false },
  { name: 'n3', index: 3, zone: 'zone-b', controlPlane: false },
  { name: 'n4', index: 4, zone: 'zone-c', controlPlane: false },
  { name: 'n5', index: 5, zone: null, controlPlane: true },
];

export const CLUSTER_CIDR = '10.244.0.0/16';
/** Address of the control plane, and of a client outside the cluster. */
export const FABRIC_ADDRESS = '10.200.0.1';
/** Ports that every Pod address of the environment answers on. */
export const POD_PORTS: readonly number[] = [8080, 8081];

export function nodeNamed(name: string): LabNode {
  const node = NODES.find(candidate => candidate.name === name);
  if (!node) throw new RangeError(`the lab has no node ${name}`);
  return node;
}

export function nodeAddress(node: LabNode): string {
  return `10.200.0.${10 + node.index}`;
}

/** Source address of an outside client whose packets to a virtual IP enter the cluster through this node. */
export function outsideAddress(node: LabNode): string {
  return `10.200.0.${100 + node.index}`;
}

export function podCIDR(node: LabNode): string {
  return `10.244.${node.index}.0/24`;
}

/** The node's end of the links to its Pods. */
export function gatewayAddress(node: LabNode): string {
  return `10.244.${node.index}.1`;
}

export function clientAddress(node: LabNode): string {
  return `10.244.${node.index}.10`;
}

/** Addresses that answer, whether or not a Pod or a slice has them. */
export function servedRange(node: LabNode): string {
  return `10.244.${node.index}.128/25`;
}

/** The nth address, from 0, of the node's served range. */
export function podAddress(node: LabNode, ordinal: number): string {
  if (ordinal < 0 || ordinal > 125) throw new RangeError(`no address for Pod ${ordinal} of ${node.name}`);
  return `10.244.${node.index}.${129 + ordinal}`;
}
