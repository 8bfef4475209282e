import type { ProxyEndpoint } from './proxy-endpoint.ts';

type Endpoints = readonly ProxyEndpoint[];

/**
 * All that kube-proxy asks about the endpoints of one port, answered once for all nodes: every list below is built in
 * one pass and shared, so that what a single node does with the port is a look-up.
 */
export interface EndpointIndex {
  readonly all: Endpoints;
  readonly ready: Endpoints;
  /** Serving and terminating: stand in where no endpoint is ready. */
  readonly draining: Endpoints;
  readonly readyOnNode: ReadonlyMap<string, Endpoints>;
  readonly drainingOnNode: ReadonlyMap<string, Endpoints>;
  readonly everyReadyHasZoneHint: boolean;
  readonly everyReadyHasNodeHint: boolean;
  readonly readyByZoneHint: ReadonlyMap<string, Endpoints>;
  readonly readyByNodeHint: ReadonlyMap<string, Endpoints>;
}

export function indexEndpoints(all: Endpoints): EndpointIndex {
  const ready: ProxyEndpoint[] = [];
  const draining: ProxyEndpoint[] = [];
  const readyOnNode = new Map<string, ProxyEndpoint[]>();
  const drainingOnNode = new Map<string, ProxyEndpoint[]>();
  const readyByZoneHint = new Map<string, ProxyEndpoint[]>();
  const readyByNodeHint = new Map<string, ProxyEndpoint[]>();
  for (const endpoint of all) {
    if (endpoint.ready) {
      ready.push(endpoint);
      if (endpoint.nodeName) push(readyOnNode, endpoint.nodeName, endpoint);
      for (const zone of new Set(endpoint.zoneHints)) push(readyByZoneHint, zone, endpoint);
      for (const node of new Set(endpoint.nodeHints)) push(readyByNodeHint, node, endpoint);
    } else if (endpoint.serving && endpoint.terminating) {
      draining.push(endpoint);
      if (endpoint.nodeName) push(drainingOnNode, endpoint.nodeName, endpoint);
    }
  }
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
  };
}

function push(map: Map<string, ProxyEndpoint[]>, key: string, endpoint: ProxyEndpoint): void {
  const list = map.get(key);
  if (list) list.push(endpoint);
  else map.set(key, [endpoint]);
}
