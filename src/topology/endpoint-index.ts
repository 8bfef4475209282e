import { type NameSet, NO_NODES } from './node-set.ts';
import type { ProxyEndpoint } from './proxy-endpoint.ts';

type Endpoints = readonly ProxyEndpoint[];

/** The endpoints of one port by the criteria of kube-proxy. Each map is built on first use, so the route of a node is a lookup. */
export class EndpointIndex {
  readonly all: Endpoints;
  readonly ready: Endpoints;
  /** Serving and terminating: used if no endpoint is ready. */
  readonly draining: Endpoints;
  readonly everyReadyHasZoneHint: boolean;
  readonly everyReadyHasNodeHint: boolean;
  /** Nodes that an endpoint is on or hinted for. On all others of one zone and version, kube-proxy does the same. */
  readonly nodeNames: ReadonlySet<string>;
  /** True if the slices contain an address twice: older kube-proxies then resolve it by their own node. */
  readonly hasDuplicateAddresses: boolean;
  #readyOnNode: ReadonlyMap<string, Endpoints> | null = null;
  #drainingOnNode: ReadonlyMap<string, Endpoints> | null = null;
  #startingOnNode: ReadonlySet<string> | null = null;
  #readyByZoneHint: ReadonlyMap<string, Endpoints> | null = null;
  #readyByNodeHint: ReadonlyMap<string, Endpoints> | null = null;

  /** @param listed all that the slices list for the port, duplicates of `all` included */
  constructor(all: Endpoints, listed: Endpoints = all) {
    this.all = all;
    this.ready = all.every(endpoint => endpoint.ready) ? all : all.filter(endpoint => endpoint.ready);
    this.draining =
      this.ready === all ? NONE : all.filter(({ ready, serving, terminating }) => !ready && serving && terminating);
    this.everyReadyHasZoneHint = this.ready.every(endpoint => endpoint.zoneHints.length > 0);
    this.everyReadyHasNodeHint = this.ready.every(endpoint => endpoint.nodeHints.length > 0);
    this.hasDuplicateAddresses = listed.length > all.length;
    const names = new Set<string>();
    for (const { nodeName } of listed) if (nodeName) names.add(nodeName);
    for (const { nodeHints } of this.ready) for (const name of nodeHints) names.add(name);
    this.nodeNames = names;
  }

  get readyOnNode(): ReadonlyMap<string, Endpoints> {
    this.#readyOnNode ??= groupByName(this.ready, ({ nodeName }) => (nodeName ? [nodeName] : NO_NAMES));
    return this.#readyOnNode;
  }

  get drainingOnNode(): ReadonlyMap<string, Endpoints> {
    this.#drainingOnNode ??= groupByName(this.draining, ({ nodeName }) => (nodeName ? [nodeName] : NO_NAMES));
    return this.#drainingOnNode;
  }

  /** Nodes with an endpoint that is neither ready nor terminating, as in a rollout. */
  get startingOnNode(): ReadonlySet<string> {
    this.#startingOnNode ??= new Set(
      this.ready === this.all
        ? NO_NAMES
        : this.all.flatMap(({ ready, terminating, nodeName }) => (ready || terminating ? [] : (nodeName ?? []))),
    );
    return this.#startingOnNode;
  }

  get readyByZoneHint(): ReadonlyMap<string, Endpoints> {
    this.#readyByZoneHint ??= groupByName(this.ready, endpoint => endpoint.zoneHints);
    return this.#readyByZoneHint;
  }

  get readyByNodeHint(): ReadonlyMap<string, Endpoints> {
    this.#readyByNodeHint ??= groupByName(this.ready, endpoint => endpoint.nodeHints);
    return this.#readyByNodeHint;
  }
}

const NONE: Endpoints = [];
const NO_NAMES: readonly string[] = [];

/** True if an endpoint that is there or starting names its node. */
export function hasEndpointOnNode({ readyOnNode, drainingOnNode, startingOnNode }: EndpointIndex): boolean {
  return readyOnNode.size > 0 || drainingOnNode.size > 0 || startingOnNode.size > 0;
}

/** Nodes that may use another cluster set than the others of their zone and version. */
export function nodesWithOwnClusterSet({ nodeNames, hasDuplicateAddresses, readyByNodeHint }: EndpointIndex): NameSet {
  if (hasDuplicateAddresses) return nodeNames;
  return readyByNodeHint.size === 0 ? NO_NODES : readyByNodeHint;
}

/**
 * Nodes on which kube-proxy loses no traffic: their ready endpoint is in the local set, and the cluster set is not empty. Older
 * kube-proxies hold other endpoints if an address is there twice.
 */
export function nodesWithReadyEndpoint({ hasDuplicateAddresses, readyOnNode }: EndpointIndex): NameSet {
  return hasDuplicateAddresses ? NO_NODES : readyOnNode;
}

/** Endpoints by name, each at most once per name. */
function groupByName(
  endpoints: Endpoints,
  namesOf: (endpoint: ProxyEndpoint) => readonly string[],
): ReadonlyMap<string, Endpoints> {
  const groups = new Map<string, ProxyEndpoint[]>();
  for (const endpoint of endpoints) {
    const names = namesOf(endpoint);
    for (const name of names.length < 2 ? names : new Set(names)) {
      const group = groups.get(name);
      if (group) group.push(endpoint);
      else groups.set(name, [endpoint]);
    }
  }
  return groups;
}
