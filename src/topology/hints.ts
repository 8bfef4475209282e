import type { Endpoint, EndpointSlice } from '../model/endpoint-slice.ts';
import { isControllerManaged } from '../model/endpoint-slice.ts';
import type { IPFamily, Service } from '../model/service.ts';
import { isTopologyModeAuto } from '../model/service.ts';
import type { KubernetesVersion } from '../model/version.ts';
import type { SafeguardFailure } from './auto-allocation.ts';
import { allocateAutoHints } from './auto-hints.ts';
import type { NodeSet } from './node-set.ts';
import { isReadyForHints, mapUnlessSame, withHints } from './slice-hints.ts';

/** Why the slices of one IP family have no hints, or will have none. */
export type HintsAbsence =
  | { readonly kind: 'not-asked-for' }
  | { readonly kind: 'not-managed' }
  | { readonly kind: 'version-lacks-field'; readonly minor: number }
  | { readonly kind: 'no-ready-endpoints' }
  | { readonly kind: 'no-zones' }
  | { readonly kind: 'not-written' }
  | SafeguardFailure;

export interface PredictedHints {
  /** The same slices in the same order, with the hints the controller will write. */
  readonly slices: readonly EndpointSlice[];
  /** Why there are no hints, per IP family; families with hints have no entry. */
  readonly absentBecause: ReadonlyMap<IPFamily, HintsAbsence>;
}

/** First minor version with the gate ServiceTrafficDistribution on. */
export const TRAFFIC_DISTRIBUTION_SINCE_MINOR = 31;
/** First minor version that accepts PreferSameZone and PreferSameNode. */
export const PREFER_SAME_SINCE_MINOR = 34;

/**
 * First minor version whose controller leaves out the hint of an endpoint without a zone (k8s.io/endpointslice trafficdist,
 * v0.33.13). Before, it hints the zone `''`.
 */
const NO_BLANK_ZONE_HINT_SINCE_MINOR = 33;

export type HintsHeuristic = 'auto' | 'same-zone' | 'same-node';

/** The heuristic by which the EndpointSlice controller of this version writes hints for this Service. */
export function hintsHeuristic(service: Service, version: KubernetesVersion): HintsHeuristic | null {
  if (isTopologyModeAuto(service)) return 'auto';
  if (version.minor < TRAFFIC_DISTRIBUTION_SINCE_MINOR) return null;
  const value = service.trafficDistribution;
  if (value === 'PreferClose') return 'same-zone';
  if (version.minor < PREFER_SAME_SINCE_MINOR) return null;
  if (value === 'PreferSameZone') return 'same-zone';
  return value === 'PreferSameNode' ? 'same-node' : null;
}

/** The inputs from a Service and the cluster's version on which its hints depend; plain data. */
export interface HintInputs {
  /** False without a selector: the controller then ignores the Service. */
  readonly managed: boolean;
  readonly ipFamilies: readonly IPFamily[];
  readonly heuristic: HintsHeuristic | null;
  /** True if an endpoint without a zone gets a hint for the zone `''`. */
  readonly hintsBlankZone: boolean;
  /** The minor version if it lacks the value of trafficDistribution, else `null`. */
  readonly unsupportedMinor: number | null;
}

export function hintInputs(service: Service, version: KubernetesVersion): HintInputs {
  const heuristic = hintsHeuristic(service, version);
  const lacking = heuristic === null && service.trafficDistribution !== null && version.minor < PREFER_SAME_SINCE_MINOR;
  return {
    managed: service.selector !== null,
    ipFamilies: service.ipFamilies,
    heuristic,
    hintsBlankZone: version.minor < NO_BLANK_ZONE_HINT_SINCE_MINOR,
    unsupportedMinor: lacking ? version.minor : null,
  };
}

/**
 * Predicts the hints that the EndpointSlice controller writes on the slices it manages (k8s.io/endpointslice reconciler.go
 * reconcileByAddressType, v0.37.1). Other slices, and those of Services without a selector, keep their hints.
 */
export function predictHints(inputs: HintInputs, slices: readonly EndpointSlice[], nodes: NodeSet): PredictedHints {
  let after = slices;
  const absentBecause = new Map<IPFamily, HintsAbsence>();
  for (const family of inputs.ipFamilies) {
    const isOwn = (slice: EndpointSlice) =>
      inputs.managed && slice.addressType === family && isControllerManaged(slice);
    const written = writeHints(inputs, slices.filter(isOwn), nodes);
    let next = 0;
    after = mapUnlessSame(after, slice => (isOwn(slice) ? (written.slices[next++] ?? slice) : slice));
    const ofFamily = after.filter(slice => slice.addressType === family);
    if (hasHints(ofFamily)) continue;
    const unmanaged = next === 0 && ofFamily.length > 0 && written.absent?.kind !== 'not-asked-for';
    absentBecause.set(family, unmanaged ? { kind: 'not-managed' } : (written.absent ?? { kind: 'no-zones' }));
  }
  return { slices: after, absentBecause };
}

function hasHints(slices: readonly EndpointSlice[]): boolean {
  return slices.some(slice => slice.endpoints.some(endpoint => endpoint.hints !== null));
}

interface WrittenHints {
  readonly slices: readonly EndpointSlice[];
  readonly absent: HintsAbsence | null;
}

function writeHints(
  { heuristic, hintsBlankZone, unsupportedMinor }: HintInputs,
  slices: readonly EndpointSlice[],
  nodes: NodeSet,
): WrittenHints {
  if (heuristic === 'auto') return autoHints(slices, nodes);
  if (heuristic === null) {
    const absent: HintsAbsence =
      unsupportedMinor === null ? { kind: 'not-asked-for' } : { kind: 'version-lacks-field', minor: unsupportedMinor };
    return { slices: withHints(slices, () => null), absent };
  }
  const anyReady = slices.some(slice => slice.endpoints.some(isReadyForHints));
  const noZone = hintsBlankZone ? [''] : [];
  const update = (endpoint: Endpoint) =>
    isReadyForHints(endpoint) ? ownZoneOrNode(endpoint, heuristic, noZone) : endpoint.hints;
  return { slices: withHints(slices, update), absent: anyReady ? null : { kind: 'no-ready-endpoints' } };
}

function autoHints(slices: readonly EndpointSlice[], nodes: NodeSet): WrittenHints {
  const result = allocateAutoHints(slices, nodes);
  if (result.kind === 'none') return { slices: withHints(slices, () => null), absent: result.gap };
  return { slices: result.slices, absent: null };
}

function ownZoneOrNode(
  endpoint: Endpoint,
  heuristic: 'same-zone' | 'same-node',
  noZone: readonly string[],
): Endpoint['hints'] {
  const zones = endpoint.zone === null ? noZone : [endpoint.zone];
  const nodes = heuristic === 'same-node' && endpoint.nodeName !== null ? [endpoint.nodeName] : [];
  return zones.length > 0 || nodes.length > 0 ? { zones, nodes } : null;
}
