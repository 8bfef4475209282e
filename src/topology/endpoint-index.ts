import type { NameSet } from './node-set.ts';
import type { ProxyEndpoint } from './proxy-endpoint.ts';

type Endpoints = readonly ProxyEndpoint[];

/** The endpoints of one port by the criteria of kube-proxy. It is built in one pass, so the route of a node is a lookup. */
export interface EndpointIndex {
  readonly all: Endpoints;
  readonly ready: Endpoints;
  /** Serving and terminating: used if no endpoint is ready. */
  readonly draining: Endpoints;
  readonly readyOnNode: ReadonlyMap<string, Endpoints>;
  readonly drainingOnNode: ReadonlyMap<string, Endpoints>;
  readonly everyReadyHasZoneHint: boolean;
  readonly everyReadyHasNodeHint: boolean;
  readonly readyByZoneHint: ReadonlyMap<string, Endpoints>;
  readonly readyByNodeHint: ReadonlyMap<string, Endpoints>;
  /** Nodes that an endpoint is on or hinted for. On all others of one zone and version, kube-proxy does the same. */
  readonly nodeNames: ReadonlySet<string>;
  /** True if the slices contain an address twice: older kube-proxies then resolve it by their own node. */
  readonly hasDuplicateAddresses: boolean;
}

/** Nodes that may use another cluster set than the others of their zone and version. */
export function nodesWithOwnClusterSet({ nodeNames, hasDuplicateAddresses, readyByNodeHint }: EndpointIndex): NameSet {
  return hasDuplicateAddresses ? nodeNames : readyByNodeHint;
}

export function indexEndpoints(all: Endpoints): EndpointIndex {
  const ready: ProxyEndpoint[] = [];
  const draining: ProxyEndpoint[] = [];
  const readyOnNode = new Map<string, ProxyEndpoint[]>();
  const drainingOnNode = new Map<string, ProxyEndpoint[]>();
  const readyByZoneHint = new Map<string, ProxyEndpoint[]>();
  const readyByNodeHint = new Map<string, ProxyEndpoint[]>();
  const nodeNames = new Set<string>();
  for (const endpoint of all) {
    if (endpoint.nodeName) nodeNames.add(endpoint.nodeName);
    if (endpoint.ready) {
      ready.push(endpoint);
      if (endpoint.nodeName) push(readyOnNode, endpoint.nodeName, endpoint);
      for (const zone of distinct(endpoint.zoneHints)) push(readyByZoneHint, zone, endpoint);
      for (const node of distinct(endpoint.nodeHints)) push(readyByNodeHint, node, endpoint);
    } else if (endpoint.serving && endpoint.terminating) {
      draining.push(endpoint);
      if (endpoint.nodeName) push(drainingOnNode, endpoint.nodeName, endpoint);
    }
  }
  for (const node of readyByNodeHint.keys()) nodeNames.add(node);
  return {
    all,
    ready,
    draining,
    readyOnNode,
    drainingOnNode,
    everyReadyHasZoneHint: ready.every(endpoint => endpoint.zoneHints.length > 0),
    everyReadyHasNodeHint: ready.every(endpoint => endpoint.nodeHints.length > 0),
    readyByZoneHint,
    readyByNodeHint,
    nodeNames,
    hasDuplicateAddresses: false,
  };
}

function distinct(names: readonly string[]): Iterable<string> {
  return names.length < 2 ? names : new Set(names);
}

function push(map: Map<string, ProxyEndpoint[]>, key: string, endpoint: ProxyEndpoint): void {
  const list = map.get(key);
  if (list) list.push(endpoint);
  else map.set(key, [endpoint]);
}
