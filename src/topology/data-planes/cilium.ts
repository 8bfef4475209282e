import type { Cilium } from '../../model/data-plane.ts';
import { HEADLESS_LABEL } from '../../model/endpoint-slice.ts';
import type { Node } from '../../model/node.ts';
import type { Service } from '../../model/service.ts';
import { isHeadless, SERVICE_PROXY_NAME_LABEL } from '../../model/service.ts';
import type { Categories } from '../categorize.ts';
import type { NameSet } from '../node-set.ts';
import { EVERY_NODE, NO_NODES } from '../node-set.ts';
import type { Entrance, Route, RouteMode, TrafficClass } from '../route.ts';
import { NOT_EXPOSED, UNKNOWN_ROUTE } from '../route.ts';
import type { CiliumEndpoints, Selected } from './cilium-endpoints.ts';
import { servesEntrance, servingNodes } from './cilium-exposure.ts';
import type { CiliumMinor, Preference } from './cilium-minor.ts';
import { ciliumMinor, preferenceOf } from './cilium-minor.ts';
import type { CiliumPolicies } from './cilium-policies.ts';
import { entranceOf, isServedByCilium, policiesOf, usesLocal } from './cilium-policies.ts';
import { endpointsOfPort, kubeProxyPort } from './cilium-service.ts';
import { kubeProxyProfile } from './kube-proxy.ts';
import type { PortRouter, Profile, RoutedPort } from './profile.ts';

/** Cilium 1.17 to 1.20 (pkg/loadbalancer; 1.17: pkg/service and pkg/k8s). */
export const ciliumProfile: Profile<Cilium> = {
  handles: (service, dataPlane, cluster) =>
    handles(service, dataPlane) ||
    (!dataPlane.kubeProxyReplacement && kubeProxyProfile.handles(service, dataPlane.kubeProxy, cluster)),
  portMatch: ({ version }) => (version.minor <= 17 ? 'cilium-1.17' : 'cilium'),
  router: (port, dataPlane) => new CiliumRouter(port, dataPlane),
  ownClusterSets,
  coveredNodes,
  localFallsBack: () => false,
  nodelessIsLocal: ({ kubeProxyReplacement }, trafficClass) => kubeProxyReplacement || trafficClass === 'internal',
  obeysHints: (service, dataPlane) => preferenceOf(service, dataPlane) !== 'none',
};

/** Cilium serves no Service that is headless by its label, and of those for another proxy only its own. */
function handles(service: Service, { serviceProxyName }: Cilium): boolean {
  const { labels, clusterIP, type } = service;
  if (clusterIP === '' || type === 'ExternalName' || isHeadless(service)) return false;
  return !(HEADLESS_LABEL in labels) && (labels[SERVICE_PROXY_NAME_LABEL] ?? '') === serviceProxyName;
}

function ownClusterSets(port: RoutedPort, dataPlane: Cilium): NameSet {
  if (servingNodes(port.service, ciliumMinor(dataPlane.version.minor)) !== null) return EVERY_NODE;
  return preferenceOf(port.service, dataPlane) === 'same-node' ? port.endpoints.index.readyOnNode : NO_NODES;
}

/** With zone hints, an endpoint of the node may be left out; without replacement, kube-proxy serves the other traffic. */
function coveredNodes(port: RoutedPort, dataPlane: Cilium, trafficClass: TrafficClass): NameSet {
  const isServed = dataPlane.kubeProxyReplacement || (trafficClass === 'internal' && handles(port.service, dataPlane));
  if (!isServed || preferenceOf(port.service, dataPlane) === 'zone-hints') return NO_NODES;
  return endpointsOfPort(port, ciliumMinor(dataPlane.version.minor)).activeOnNode;
}

class CiliumRouter implements PortRouter {
  readonly #port: RoutedPort;
  readonly #dataPlane: Cilium;
  readonly #minor: CiliumMinor;
  readonly #endpoints: CiliumEndpoints;
  readonly #policies: CiliumPolicies;
  readonly #preference: Preference;
  readonly #servesNode: ((node: Node) => boolean) | null;
  readonly #isHandled: boolean;
  #kubeProxy: PortRouter | null = null;

  constructor(port: RoutedPort, dataPlane: Cilium) {
    this.#port = port;
    this.#dataPlane = dataPlane;
    this.#minor = ciliumMinor(dataPlane.version.minor);
    this.#endpoints = endpointsOfPort(port, this.#minor);
    this.#policies = policiesOf(port.service, dataPlane);
    this.#preference = preferenceOf(port.service, dataPlane);
    this.#servesNode = servingNodes(port.service, this.#minor);
    this.#isHandled = handles(port.service, dataPlane);
  }

  categories(node: Node): Categories {
    const { policy } = this.#port;
    const cluster = this.#select(node, false);
    const { active, draining } = this.#endpoints.all;
    return {
      cluster: policy.usesCluster ? cluster.endpoints : null,
      local: policy.usesLocal ? this.#select(node, true).endpoints : null,
      hasAny: active.length > 0 || draining.length > 0,
      mode: cluster.mode,
      modeReason: cluster.reason,
    };
  }

  route(trafficClass: TrafficClass, node: Node, entrance?: Entrance): Route | null {
    const { policy, service } = this.#port;
    if (trafficClass !== 'internal' && !policy.accessible) return null;
    const at = entranceOf(trafficClass, entrance, this.#port);
    if (!this.#isHandled || !isServedByCilium({ trafficClass, entrance: at }, this.#dataPlane)) {
      return this.#kubeProxyRoute(trafficClass, node, at);
    }
    if (!servesEntrance(service, at) || this.#servesNode?.(node) === false) {
      return this.#dataPlane.kubeProxyReplacement ? NOT_EXPOSED : this.#kubeProxyRoute(trafficClass, node, at);
    }
    const onlyLocal = usesLocal({ trafficClass, entrance: at }, this.#policies);
    return onlyLocal === null ? UNKNOWN_ROUTE : this.#routeTo(this.#select(node, onlyLocal), onlyLocal);
  }

  #kubeProxyRoute(trafficClass: TrafficClass, node: Node, entrance: Entrance): Route | null {
    const { kubeProxy, kubeProxyReplacement } = this.#dataPlane;
    const { service, facts } = this.#port;
    if (kubeProxyReplacement || !kubeProxyProfile.handles(service, kubeProxy, facts.version)) return NOT_EXPOSED;
    this.#kubeProxy ??= kubeProxyProfile.router(kubeProxyPort(this.#port), kubeProxy);
    return this.#kubeProxy.route(trafficClass, node, entrance);
  }

  #select(node: Node, onlyLocal: boolean): Selected {
    return this.#endpoints.select({ onlyLocal, preference: this.#preference, node });
  }

  #routeTo({ endpoints, isDraining, mode, reason }: Selected, onlyLocal: boolean): Route {
    if (endpoints.length === 0) return this.#lost(mode, onlyLocal);
    if (onlyLocal && mode !== 'SameNode') {
      const localReason = isDraining ? 'draining-local-endpoints' : 'local-endpoints';
      return { mode: 'NodeLocal', verdict: 'forward', endpoints, reason: localReason };
    }
    return { mode, verdict: 'forward', endpoints, reason: isDraining ? 'draining-endpoints' : reason };
  }

  #lost(mode: RouteMode, onlyLocal: boolean): Route {
    const { active, draining } = this.#endpoints.all;
    if (active.length + draining.length === 0)
      return { mode, verdict: 'reject', endpoints: [], reason: 'no-endpoints' };
    return onlyLocal
      ? { mode: 'NodeLocal', verdict: 'drop', endpoints: [], reason: 'no-local-endpoint' }
      : { mode, verdict: 'drop', endpoints: [], reason: 'no-endpoint-for-zone' };
  }
}
