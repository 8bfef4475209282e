import type { KubeProxy, SoftwareVersion } from '../../model/data-plane.ts';
import { HEADLESS_LABEL } from '../../model/endpoint-slice.ts';
import type { Node } from '../../model/node.ts';
import { isProxied } from '../../model/service.ts';
import type { Categories } from '../categorize.ts';
import { categorize } from '../categorize.ts';
import { nodesWithOwnClusterSet, nodesWithReadyEndpoint } from '../endpoint-index.ts';
import type { PortPolicy } from '../port-policy.ts';
import type { ProxyEndpoint } from '../proxy-endpoint.ts';
import {
  HEADLESS_SERVICE_LABEL_LAST_MINOR,
  hintSupport,
  NON_TERMINATING_ENDPOINT_WINS_SINCE_MINOR,
  proxyMinor,
} from '../proxy-version.ts';
import type { Entrance, Route, TrafficClass } from '../route.ts';
import { UNKNOWN_ROUTE } from '../route.ts';
import type { PortRouter, Profile, RoutedPort } from './profile.ts';

/** kube-proxy on Linux: iptables, nftables and IPVS (pkg/proxy, v1.37.1). */
export const kubeProxyProfile: Profile<KubeProxy> = {
  handles: (service, { version }, cluster) =>
    isProxied(service) &&
    ((version ?? cluster).minor > HEADLESS_SERVICE_LABEL_LAST_MINOR || !(HEADLESS_LABEL in service.labels)),
  router: (port, dataPlane) => new KubeProxyRouter(port, dataPlane),
  ownClusterSets: ({ endpoints: { index } }) => nodesWithOwnClusterSet(index),
  coveredNodes: ({ endpoints: { index } }) => nodesWithReadyEndpoint(index),
  localFallsBack: ({ mode }) => mode === 'ipvs',
  obeysHints: () => true,
};

class KubeProxyRouter implements PortRouter {
  readonly #port: RoutedPort;
  readonly #dataPlane: KubeProxy;

  constructor(port: RoutedPort, dataPlane: KubeProxy) {
    this.#port = port;
    this.#dataPlane = dataPlane;
  }

  categories(node: Node): Categories {
    const { service, endpoints, policy } = this.#port;
    const { minor } = this.#version(node);
    const isOlder = endpoints.index.hasDuplicateAddresses && minor < NON_TERMINATING_ENDPOINT_WINS_SINCE_MINOR;
    const index = isOlder ? endpoints.indexOfOlderProxy(node.name) : endpoints.index;
    return categorize(index, policy, { node, hints: hintSupport(minor, service) });
  }

  #version(node: Node): Pick<SoftwareVersion, 'minor' | 'patch'> {
    return this.#dataPlane.version ?? { minor: proxyMinor(node, this.#port.facts), patch: null };
  }

  route(trafficClass: TrafficClass, node: Node, entrance?: Entrance): Route | null {
    const { policy, port } = this.#port;
    if (trafficClass !== 'internal' && !policy.accessible) return null;
    const categories = this.categories(node);
    if (this.#dataPlane.mode === 'ipvs') return ipvsRoute(trafficClass, policy, categories);
    // Without a local detector, kube-proxy takes Pods for clients outside.
    const asOutside = trafficClass === 'shortCircuit' && policy.externalLocal && !this.#dataPlane.localDetector;
    if (asOutside) return localRoute(categories);
    const at = entrance ?? (port.nodePort === 0 ? 'LoadBalancer' : 'NodePort');
    if (trafficClass === 'shortCircuit' && policy.externalLocal && at !== 'NodePort') {
      const isFaulty = this.#dataPlane.mode === 'nftables' ? dropsShortCircuit(this.#version(node)) : false;
      if (isFaulty !== false && localRoute(categories).verdict === 'drop') {
        return isFaulty ? localRoute(categories) : UNKNOWN_ROUTE;
      }
    }
    return isLocal(trafficClass, policy) ? localRoute(categories) : clusterRoute(categories);
  }
}

/**
 * nftables before 1.33.6 and 1.34.0 drops Pods at balancer addresses and external IPs where a Local policy has no endpoint on
 * the node, as it does clients outside. `null` if the patch version, which decides, is not known.
 */
function dropsShortCircuit({ minor, patch }: Pick<SoftwareVersion, 'minor' | 'patch'>): boolean | null {
  if (minor !== FAULTY_UNTIL.minor) return minor < FAULTY_UNTIL.minor;
  return patch === null ? null : patch < FAULTY_UNTIL.patch;
}

const FAULTY_UNTIL = { minor: 33, patch: 6 };

const NONE: readonly ProxyEndpoint[] = [];

/**
 * The short-circuit always uses the cluster set: a client that is already on a node of the cluster cannot be sent to a better
 * one.
 */
export function isLocal(trafficClass: TrafficClass, policy: PortPolicy): boolean {
  if (trafficClass === 'internal') return policy.internalLocal;
  return trafficClass === 'external' && policy.externalLocal;
}

/**
 * A Local policy without an endpoint on the node drops traffic if other nodes have endpoints and rejects it if none has
 * (pkg/proxy/nftables/proxier.go syncProxyRules, v1.37.1).
 */
export function localRoute({ local, hasAny }: Categories): Route {
  const endpoints = local ?? NONE;
  if (endpoints.length > 0) {
    const reason = endpoints[0]?.ready ? 'local-endpoints' : 'draining-local-endpoints';
    return { mode: 'NodeLocal', verdict: 'forward', endpoints, reason };
  }
  return hasAny
    ? { mode: 'NodeLocal', verdict: 'drop', endpoints, reason: 'no-local-endpoint' }
    : { mode: 'NodeLocal', verdict: 'reject', endpoints, reason: 'no-endpoints' };
}

export function clusterRoute({ cluster, mode, modeReason }: Categories): Route {
  const endpoints = cluster ?? NONE;
  if (endpoints.length === 0) return { mode, verdict: 'reject', endpoints, reason: 'no-endpoints' };
  const reason = modeReason === 'none-ready' ? 'draining-endpoints' : modeReason;
  return { mode, verdict: 'forward', endpoints, reason };
}

/**
 * IPVS keeps one virtual server per address for all clients. A Local policy without local endpoints falls back to the
 * cluster set, if the port has one; replies to clients outside the cluster then carry the Pod's address and are lost
 * (pkg/proxy/ipvs/proxier.go syncEndpoint, v1.37.1).
 */
function ipvsRoute(trafficClass: TrafficClass, policy: PortPolicy, categories: Categories): Route {
  const local = trafficClass === 'internal' ? policy.internalLocal : policy.externalLocal;
  if (!local) return clusterRoute(categories);
  const strict = localRoute(categories);
  const fallback = categories.cluster ?? NONE;
  if (strict.verdict !== 'drop' || fallback.length === 0) return strict;
  if (trafficClass === 'external') return { ...strict, reason: 'ipvs-reply-is-lost' };
  return { mode: categories.mode, verdict: 'forward', endpoints: fallback, reason: 'ipvs-falls-back-to-cluster' };
}
