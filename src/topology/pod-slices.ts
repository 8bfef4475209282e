import type { EndpointsUnknown } from '../model/change.ts';
import type { Endpoint, EndpointSlice } from '../model/endpoint-slice.ts';
import { SLICE_CONTROLLER } from '../model/endpoint-slice.ts';
import { familyOf } from '../model/ip.ts';
import type { ContainerPort, Pod } from '../model/pod.ts';
import { matchesLabels } from '../model/selector.ts';
import type { IPFamily, Service, ServicePort } from '../model/service.ts';
import type { Topology } from '../model/topology.ts';
import type { KubernetesVersion } from '../model/version.ts';

/** A placeholder for the address of a scheduled Pod without one, unique per Pod, so that each counts once. */
const placeholderAddress = (pod: Pod, family: IPFamily): string => (family === 'IPv6' ? `::${pod.name}` : pod.name);

/** The cluster of the Pods. */
export interface PodCluster {
  readonly topology: Pick<Topology, 'node'>;
  readonly version: KubernetesVersion;
}

/**
 * The slices that the EndpointSlice controller will make of these Pods (k8s.io/endpointslice reconciler.go, v0.37.1). A
 * scheduled Pod without an address is a pending endpoint, which is not ready. Empty if no Pod is scheduled.
 */
export function slicesFromPods(service: Service, pods: readonly Pod[], cluster: PodCluster): readonly EndpointSlice[] {
  const selector = service.selector;
  if (!selector) return [];
  const selected = pods.filter(
    pod => pod.namespace === service.namespace && becomesEndpoint(pod) && matchesLabels(selector, pod.labels),
  );
  return service.ipFamilies.flatMap(family => {
    const byPorts = Map.groupBy(
      selected.filter(pod => hasFamily(pod, family)),
      pod => portsKey(service, pod, cluster.version),
    );
    return [...byPorts.values()].map((group, i) => sliceOf(service, { group, family, i }, cluster));
  });
}

function becomesEndpoint(pod: Pod): boolean {
  return pod.nodeName !== null && pod.phase !== 'Succeeded' && pod.phase !== 'Failed';
}

function hasFamily(pod: Pod, family: IPFamily): boolean {
  return pod.ips.length === 0 || pod.ips.some(ip => familyOf(ip) === family);
}

function portsKey(service: Service, pod: Pod, version: KubernetesVersion): string {
  return service.ports.map(port => targetPort(port, pod.ports, version) ?? '').join(',');
}

/** First minor version whose controller finds ports of sidecars (k8s.io/endpointslice utils.go findPort, v0.33.13). */
const SIDECAR_PORTS_SINCE_MINOR = 33;

/** `null` if no container has a port of that name. */
export function targetPort(
  port: ServicePort,
  ports: readonly ContainerPort[],
  { minor }: KubernetesVersion,
): number | null {
  if (typeof port.targetPort === 'number') return port.targetPort;
  const found = ports.find(
    ({ name, protocol, sidecar }) =>
      name === port.targetPort && protocol === port.protocol && !(sidecar && minor < SIDECAR_PORTS_SINCE_MINOR),
  );
  return found?.port ?? null;
}

interface Group {
  readonly group: readonly Pod[];
  readonly family: IPFamily;
  readonly i: number;
}

function sliceOf(service: Service, { group, family, i }: Group, { topology, version }: PodCluster): EndpointSlice {
  const first = group[0];
  return {
    namespace: service.namespace,
    name: `${service.name}-${family.toLowerCase()}-${i}`,
    serviceName: service.name,
    managedBy: SLICE_CONTROLLER,
    addressType: family,
    proxied: service.clusterIP !== 'None',
    ports: service.ports.flatMap(port => {
      const number = first ? targetPort(port, first.ports, version) : null;
      return number === null ? [] : [{ name: port.name, protocol: port.protocol, port: number }];
    }),
    endpoints: group.map(pod => endpointOf(service, pod, { family, topology })),
  };
}

function endpointOf(
  service: Service,
  pod: Pod,
  { family, topology }: { family: IPFamily; topology: Pick<Topology, 'node'> },
): Endpoint {
  const node = pod.nodeName === null ? undefined : topology.node(pod.nodeName);
  return {
    address: pod.ips.find(ip => familyOf(ip) === family) ?? placeholderAddress(pod, family),
    ready: service.publishNotReadyAddresses || (pod.ready && !pod.terminating),
    serving: pod.ready,
    terminating: pod.terminating,
    nodeName: pod.nodeName,
    zone: node?.zone ?? null,
    hints: null,
  };
}

/** Skip reason for a Service with Pods whose placement is pending. */
const PODS_PENDING_REASON = 'its Pods are not scheduled or not started yet';

const PLACEMENT_GRACE_MS = 60_000;

/**
 * Set if these Pods of a Service include some whose placement is pending: a node without an endpoint is then not a problem
 * yet. A Pod without a controller covers one node; a controller may create any number of Pods.
 */
export function pendingPlacement(pods: readonly Pod[], now: number): EndpointsUnknown | null {
  const pending = pods.filter(pod => isPlacementPending(pod, now));
  if (pending.length === 0) return null;
  const bounded = pending.every(pod => pod.controllerKind === '');
  return { reason: 'pods-pending', why: PODS_PENDING_REASON, ...(bounded && { maxNodesToCover: pending.length }) };
}

/**
 * True for a young Pod that the scheduler has not tried yet, for one of a new DaemonSet (it reaches all its nodes within
 * moments of its first Pods), and for one that a DaemonSet replaces on its node. A Pod that the scheduler found no node
 * for, that a finalizer holds, or that should be gone by now, delays nothing.
 */
function isPlacementPending(pod: Pod, now: number): boolean {
  const young = pod.createdAt !== null && now - pod.createdAt < PLACEMENT_GRACE_MS;
  const ofDaemonSet = pod.controllerKind === 'DaemonSet';
  if (pod.terminating) return ofDaemonSet && pod.nodeName !== null && now < (pod.expectedGoneAt ?? 0);
  if (pod.unschedulable) return false;
  return young && (ofDaemonSet || pod.nodeName === null);
}
