import type { Change } from '../model/change.ts';
import type { Endpoint, EndpointPort, EndpointSlice } from '../model/endpoint-slice.ts';
import { isControllerManaged } from '../model/endpoint-slice.ts';
import type { IPFamily, Service, ServicePort } from '../model/service.ts';
import type { KubernetesVersion } from '../model/version.ts';
import type { HintsAbsence, HintsAsked, PredictedHints } from './hints.ts';
import { hintsAsked, predictHints } from './hints.ts';
import type { NodeSet } from './node-set.ts';

type TargetOfPort = Pick<ServicePort, 'name' | 'protocol' | 'targetPort'>;

/** All that a change says about the EndpointSlices to come; plain data, so that equal questions can be told from others. */
export interface SlicesAsked {
  /** False in an audit: then the slices are what they are, and only what is missing on them is worked out. */
  readonly rewritten: boolean;
  readonly headless: boolean;
  readonly publishNotReadyAddresses: boolean;
  readonly ports: readonly TargetOfPort[];
  /** Of the Service as it was; named target ports are looked up by them. */
  readonly portsBefore: readonly TargetOfPort[];
  readonly hints: HintsAsked;
}

export function slicesAsked({ service, old, source }: Change, version: KubernetesVersion): SlicesAsked {
  const named = service.ports.some(({ targetPort }) => typeof targetPort === 'string');
  return {
    rewritten: source !== 'cluster',
    headless: service.clusterIP === 'None',
    publishNotReadyAddresses: service.publishNotReadyAddresses,
    ports: service.ports.map(targetOf),
    portsBefore: named ? (old?.ports ?? []).map(targetOf) : [],
    hints: hintsAsked(service, version),
  };
}

function targetOf({ name, protocol, targetPort }: ServicePort): TargetOfPort {
  return { name, protocol, targetPort };
}

/**
 * The Service's EndpointSlices as they will be once the EndpointSlice controller has seen the change: zones re-derived
 * from the Nodes, readiness under the new publishNotReadyAddresses, ports of the new spec, hints of the new settings.
 * Slices that the controller does not manage stay as they are.
 */
export function prospectiveSlices(
  asked: SlicesAsked,
  slices: readonly EndpointSlice[],
  nodes: NodeSet,
): PredictedHints {
  const { hints, rewritten } = asked;
  if (!rewritten) return observedSlices(hints.ipFamilies, slices, predictHints(hints, slices, nodes));
  const after = hints.managed
    ? slices.map(slice => (isControllerManaged(slice) ? rewrite(slice, asked, nodes) : slice))
    : slices;
  return predictHints(hints, after, nodes);
}

/** The slices as they stand, and per IP family why they carry no hints. */
export function observedSlices(
  families: readonly IPFamily[],
  slices: readonly EndpointSlice[],
  predicted: PredictedHints,
): PredictedHints {
  const absentBecause = new Map<IPFamily, HintsAbsence>();
  for (const family of families) {
    const hinted = slices.some(slice => slice.addressType === family && slice.endpoints.some(e => e.hints !== null));
    if (!hinted) absentBecause.set(family, predicted.absentBecause.get(family) ?? { kind: 'not-written' });
  }
  return { slices, absentBecause };
}

/** Every endpoint that is starting taken for ready, every one that is leaving for gone. */
export function settledSlices(slices: readonly EndpointSlice[]): readonly EndpointSlice[] {
  return slices.map(slice => {
    if (slice.endpoints.every(({ ready, terminating }) => ready === true && terminating !== true)) return slice;
    const endpoints = slice.endpoints
      .filter(endpoint => endpoint.terminating !== true)
      .map(endpoint => (endpoint.ready === true ? endpoint : { ...endpoint, ready: true, serving: true }));
    return { ...slice, endpoints };
  });
}

function rewrite(slice: EndpointSlice, asked: SlicesAsked, nodes: NodeSet): EndpointSlice {
  const endpoints = slice.endpoints
    .filter(endpoint => isKept(endpoint, asked, nodes))
    .map(endpoint => rewriteEndpoint(endpoint, asked, nodes));
  return {
    ...slice,
    proxied: !asked.headless,
    ports: asked.ports.map(port => slicePort(port, slice, asked.portsBefore)),
    endpoints,
  };
}

/**
 * A Pod whose Node is gone is left out, unless unready addresses are published too (k8s.io/endpointslice reconciler.go
 * reconcileByAddressType, v0.37.1).
 */
function isKept({ nodeName }: Endpoint, { publishNotReadyAddresses }: SlicesAsked, nodes: NodeSet): boolean {
  if (nodeName === null || publishNotReadyAddresses || nodes.size === 0) return true;
  return nodes.get(nodeName) !== undefined;
}

/** `ready` as k8s.io/endpointslice utils.go podToEndpoint computes it, v0.37.1. What stays as it is stays the same object. */
function rewriteEndpoint(endpoint: Endpoint, { publishNotReadyAddresses }: SlicesAsked, nodes: NodeSet): Endpoint {
  const serving = endpoint.serving ?? endpoint.ready ?? true;
  const ready = publishNotReadyAddresses || (serving && endpoint.terminating !== true);
  const zone = nodes.size === 0 ? endpoint.zone : zoneOf(endpoint.nodeName, nodes);
  if (serving === endpoint.serving && ready === endpoint.ready && zone === endpoint.zone) return endpoint;
  return { ...endpoint, serving, ready, zone };
}

function zoneOf(node: string | null, nodes: NodeSet): string | null {
  return node === null ? null : (nodes.get(node)?.zone ?? null);
}

/**
 * The number behind a named target port is in the Pods; it is known here where the port had the same target before.
 * Otherwise it is unknown, and the port's endpoints are left without one.
 */
function slicePort(port: TargetOfPort, slice: EndpointSlice, before: readonly TargetOfPort[]): EndpointPort {
  const { name, protocol } = port;
  if (typeof port.targetPort === 'number') return { name, protocol, port: port.targetPort };
  const nameBefore = before.find(p => p.protocol === protocol && p.targetPort === port.targetPort)?.name ?? name;
  const known = slice.ports.find(p => p.name === nameBefore && p.protocol === protocol);
  return { name, protocol, port: known?.port ?? null };
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
