export type IPFamily = 'IPv4' | 'IPv6';
export type ServiceType = 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';

/** Annotation read by the EndpointSlice controller since 1.27 (k8s.io/api core/v1 annotation_key_constants.go). */
export const TOPOLOGY_MODE_ANNOTATION = 'service.kubernetes.io/topology-mode';
/** The deprecated key. If both are present, this one wins (k8s.io/endpointslice utils.go hintsEnabled, v0.37.1). */
export const TOPOLOGY_AWARE_HINTS_ANNOTATION = 'service.kubernetes.io/topology-aware-hints';
/** Label that assigns a Service to a proxy other than kube-proxy. */
export const SERVICE_PROXY_NAME_LABEL = 'service.kubernetes.io/service-proxy-name';

export interface ServicePort {
  /** `''` when unnamed. */
  readonly name: string;
  readonly protocol: string;
  readonly port: number;
  readonly targetPort: number | string;
  /** 0 if there is none, -1 if the API server has not allocated it yet. */
  readonly nodePort: number;
}

export interface LoadBalancerIngress {
  readonly ip: string;
  readonly hostname: string;
  readonly ipMode: 'VIP' | 'Proxy' | null;
}

/** The loadBalancerClass of Tailscale, whose proxy runs in a Pod and connects to the ClusterIP. */
export const TAILSCALE_CLASS = 'tailscale';

/**
 * The fields of a Service that decide where its traffic goes. Values are the author's strings: an unknown
 * `trafficDistribution` is kept as written, so that rules can report it.
 */
export interface Service {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly type: string;
  /** `'None'` for headless Services, `''` for ExternalName. */
  readonly clusterIP: string;
  readonly ipFamilies: readonly IPFamily[];
  readonly ipFamilyPolicy: string;
  /** `null` if unset; the default is true. */
  readonly allocateLoadBalancerNodePorts: boolean | null;
  /** `''` if unset: the cloud's own balancer. */
  readonly loadBalancerClass: string;
  /** `null` if absent or empty; the user then writes the EndpointSlices. */
  readonly selector: Readonly<Record<string, string>> | null;
  readonly ports: readonly ServicePort[];
  readonly externalIPs: readonly string[];
  readonly loadBalancerIngress: readonly LoadBalancerIngress[];
  readonly loadBalancerSourceRanges: readonly string[];
  readonly internalTrafficPolicy: string | null;
  readonly externalTrafficPolicy: string | null;
  readonly trafficDistribution: string | null;
  /** Removed in 1.22. The model keeps it so that a rule can report that it has no effect. */
  readonly topologyKeys: readonly string[];
  readonly healthCheckNodePort: number;
  readonly sessionAffinity: string;
  readonly publishNotReadyAddresses: boolean;
  /** Set if it has a deletionTimestamp. */
  readonly deleting?: true;
}

export function isHeadless(service: Service): boolean {
  return service.clusterIP === 'None' && service.type !== 'ExternalName';
}

/** Externally accessible in the API's sense (pkg/api/v1/service/util.go ExternallyAccessible, v1.37.1). */
export function isExternallyAccessible(service: Service): boolean {
  if (service.type === 'LoadBalancer' || service.type === 'NodePort') return true;
  return service.type === 'ClusterIP' && service.externalIPs.length > 0;
}

export function isInternalLocal(service: Service): boolean {
  return service.internalTrafficPolicy === 'Local';
}

export function isExternalLocal(service: Service): boolean {
  return isExternallyAccessible(service) && service.externalTrafficPolicy === 'Local';
}

/** True if the Local policy holds for all internal and external traffic; only the short-circuit may leave the node. */
export function isLocalThroughout(service: Service): boolean {
  return isInternalLocal(service) && (!isExternallyAccessible(service) || isExternalLocal(service));
}

/** True if kube-proxy programs the Service: a cluster IP, not ExternalName, not assigned to another proxy. */
export function isProxied(service: Service): boolean {
  if (service.clusterIP === '' || service.clusterIP === 'None' || service.type === 'ExternalName') return false;
  return !(SERVICE_PROXY_NAME_LABEL in service.labels);
}

/** The annotation value that the EndpointSlice controller reads, `null` when neither key is present. */
export function topologyMode(service: Service): string | null {
  return service.annotations[TOPOLOGY_AWARE_HINTS_ANNOTATION] ?? service.annotations[TOPOLOGY_MODE_ANNOTATION] ?? null;
}

/** Exactly `Auto` and `auto` enable Topology Aware Routing; every other value means disabled. */
export function isTopologyModeAuto(service: Service): boolean {
  const mode = topologyMode(service);
  return mode === 'Auto' || mode === 'auto';
}

/** The annotation key that the controller reads, for messages and paths. */
export function topologyModeKey(service: Service): string {
  return TOPOLOGY_AWARE_HINTS_ANNOTATION in service.annotations
    ? TOPOLOGY_AWARE_HINTS_ANNOTATION
    : TOPOLOGY_MODE_ANNOTATION;
}
