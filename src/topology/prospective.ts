import type { Change } from '../model/change.ts';
import type { Endpoint, EndpointPort, EndpointSlice } from '../model/endpoint-slice.ts';
import { isControllerManaged } from '../model/endpoint-slice.ts';
import type { IPFamily, Service, ServicePort } from '../model/service.ts';
import type { ClusterFacts, Topology } from '../model/topology.ts';
import type { HintsAbsence, PredictedHints } from './hints.ts';
import { predictHints } from './hints.ts';

/**
 * The Service's EndpointSlices as they will be once the EndpointSlice controller has seen the change: zones re-derived
 * from the Nodes, readiness under the new publishNotReadyAddresses, ports of the new spec, hints of the new settings.
 * Slices that the controller does not manage stay as they are.
 */
export function prospectiveSlices(change: Change, topology: Topology, facts: ClusterFacts): PredictedHints {
  const { service, old } = change;
  const slices = topology.slices(service.namespace, service.name);
  const cluster = { nodes: topology.nodes(), version: facts.version };
  if (change.source === 'cluster') return observedSlices(service, slices, predictHints(service, slices, cluster));
  const rewritten = service.selector
    ? slices.map(slice => (isControllerManaged(slice) ? rewrite(slice, { service, old, topology }) : slice))
    : slices;
  return predictHints(service, rewritten, cluster);
}

/** The slices as they stand, and per IP family why they carry no hints. */
export function observedSlices(
  service: Service,
  slices: readonly EndpointSlice[],
  predicted: PredictedHints,
): PredictedHints {
  const absentBecause = new Map<IPFamily, HintsAbsence>();
  for (const family of service.ipFamilies) {
    const hinted = slices.some(slice => slice.addressType === family && slice.endpoints.some(e => e.hints !== null));
    if (!hinted) absentBecause.set(family, predicted.absentBecause.get(family) ?? { kind: 'not-written' });
  }
  return { slices, absentBecause };
}

/** Every endpoint that is starting taken for ready, every one that is leaving for gone. */
export function settledSlices(slices: readonly EndpointSlice[]): readonly EndpointSlice[] {
  return slices.map(slice => ({
    ...slice,
    endpoints: slice.endpoints
      .filter(endpoint => endpoint.terminating !== true)
      .map(endpoint => (endpoint.ready === true ? endpoint : { ...endpoint, ready: true, serving: true })),
  }));
}

interface Rewrite {
  readonly service: Service;
  readonly old: Service | null;
  readonly topology: Topology;
}

function rewrite(slice: EndpointSlice, by: Rewrite): EndpointSlice {
  return {
    ...slice,
    proxied: by.service.clusterIP !== 'None',
    ports: by.service.ports.map(port => slicePort(port, slice, by.old)),
    endpoints: slice.endpoints.filter(endpoint => isKept(endpoint, by)).map(endpoint => rewriteEndpoint(endpoint, by)),
  };
}

/**
 * A Pod whose Node is gone is left out, unless unready addresses are published too (k8s.io/endpointslice reconciler.go
 * reconcileByAddressType, v0.37.1).
 */
function isKept({ nodeName }: Endpoint, { service, topology }: Rewrite): boolean {
  if (nodeName === null || service.publishNotReadyAddresses || topology.nodes().length === 0) return true;
  return topology.node(nodeName) !== undefined;
}

/** The same slices under another publishNotReadyAddresses. */
export function withPublishedReadiness(service: Service, slices: readonly EndpointSlice[]): readonly EndpointSlice[] {
  if (!service.publishNotReadyAddresses) return slices;
  return slices.map(slice =>
    isControllerManaged(slice)
      ? { ...slice, endpoints: slice.endpoints.map(endpoint => ({ ...endpoint, ready: true })) }
      : slice,
  );
}

/** `ready` as k8s.io/endpointslice utils.go podToEndpoint computes it, v0.37.1. */
function rewriteEndpoint(endpoint: Endpoint, { service, topology }: Rewrite): Endpoint {
  const node = endpoint.nodeName === null ? undefined : topology.node(endpoint.nodeName);
  const serving = endpoint.serving ?? endpoint.ready ?? true;
  const ready = service.publishNotReadyAddresses || (serving && endpoint.terminating !== true);
  return { ...endpoint, serving, ready, zone: topology.nodes().length === 0 ? endpoint.zone : (node?.zone ?? null) };
}

/**
 * The number behind a named target port is in the Pods; it is known here where the port had the same target before.
 * Otherwise it is unknown, and the port's endpoints are left without one.
 */
function slicePort(port: ServicePort, slice: EndpointSlice, old: Service | null): EndpointPort {
  const { name, protocol } = port;
  if (typeof port.targetPort === 'number') return { name, protocol, port: port.targetPort };
  const before = old?.ports.find(p => p.protocol === protocol && p.targetPort === port.targetPort)?.name ?? name;
  const known = slice.ports.find(p => p.name === before && p.protocol === protocol);
  return { name, protocol, port: known?.port ?? null };
}
