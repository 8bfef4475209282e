import type { Change } from '../model/change.ts';
import type { Endpoint, EndpointSlice } from '../model/endpoint-slice.ts';
import { isControllerManaged } from '../model/endpoint-slice.ts';
import type { IPFamily, Service } from '../model/service.ts';
import type { KubernetesVersion } from '../model/version.ts';
import type { HintInputs, HintsAbsence, PredictedHints } from './hints.ts';
import { hintInputs, predictHints } from './hints.ts';
import type { NodeSet } from './node-set.ts';
import { mapUnlessSame, withEndpoints } from './slice-hints.ts';

/** The inputs of the prediction of EndpointSlices, except their ports (see ServiceEndpoints). */
export interface SliceInputs {
  /** Equal for equal inputs. */
  readonly key: string;
  /** False in an audit, which reads the slices unchanged. */
  readonly rewritten: boolean;
  readonly headless: boolean;
  readonly publishNotReadyAddresses: boolean;
  readonly hints: HintInputs;
}

export function sliceInputs({ service, source }: Change, version: KubernetesVersion): SliceInputs {
  const rewritten = source !== 'cluster';
  const headless = service.clusterIP === 'None';
  const { publishNotReadyAddresses } = service;
  const hints = hintInputs(service, version);
  const { managed, ipFamilies, heuristic, hintsBlankZone, unsupportedMinor } = hints;
  const key = `${rewritten} ${headless} ${publishNotReadyAddresses} ${managed} ${ipFamilies.join()} ${heuristic} ${hintsBlankZone} ${unsupportedMinor}`;
  return { key, rewritten, headless, publishNotReadyAddresses, hints };
}

/**
 * The Service's EndpointSlices after the EndpointSlice controller has processed the change: zones of the Nodes, readiness
 * under the new publishNotReadyAddresses, hints of the new settings. Slices of other managers stay unchanged.
 */
export function predictSlices(inputs: SliceInputs, slices: readonly EndpointSlice[], nodes: NodeSet): PredictedHints {
  const { hints, rewritten } = inputs;
  if (!rewritten) return observedSlices(hints.ipFamilies, slices, predictHints(hints, slices, nodes));
  if (!hints.managed) return predictHints(hints, slices, nodes);
  const after = mapUnlessSame(slices, slice => (isControllerManaged(slice) ? rewrite(slice, inputs, nodes) : slice));
  return predictHints(hints, after, nodes);
}

/** The unchanged slices, and per IP family why they have no hints. */
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

/** The slices with all starting endpoints ready and without terminating ones; the same array if there are none. */
export function slicesAfterRollout(slices: readonly EndpointSlice[]): readonly EndpointSlice[] {
  return mapUnlessSame(slices, slice =>
    withEndpoints(slice, endpoint => {
      if (endpoint.terminating === true) return null;
      return endpoint.ready === true ? endpoint : { ...endpoint, ready: true, serving: true };
    }),
  );
}

function rewrite(slice: EndpointSlice, inputs: SliceInputs, nodes: NodeSet): EndpointSlice {
  const rewritten = withEndpoints(slice, endpoint =>
    keepsEndpoint(endpoint, inputs, nodes) ? rewriteEndpoint(endpoint, inputs, nodes) : null,
  );
  const proxied = !inputs.headless;
  return rewritten.proxied === proxied ? rewritten : { ...rewritten, proxied };
}

/**
 * A Pod of a deleted Node is excluded unless unready addresses are published too (k8s.io/endpointslice reconciler.go
 * reconcileByAddressType, v0.37.1).
 */
function keepsEndpoint({ nodeName }: Endpoint, { publishNotReadyAddresses }: SliceInputs, nodes: NodeSet): boolean {
  if (nodeName === null || publishNotReadyAddresses || nodes.size === 0) return true;
  return nodes.get(nodeName) !== undefined;
}

/** `ready` as k8s.io/endpointslice utils.go podToEndpoint computes it, v0.37.1. An unchanged endpoint stays the same object. */
function rewriteEndpoint(endpoint: Endpoint, { publishNotReadyAddresses }: SliceInputs, nodes: NodeSet): Endpoint {
  const serving = endpoint.serving ?? endpoint.ready ?? true;
  const ready = publishNotReadyAddresses || (serving && endpoint.terminating !== true);
  const zone = nodes.size === 0 ? endpoint.zone : zoneOf(endpoint.nodeName, nodes);
  if (serving === endpoint.serving && ready === endpoint.ready && zone === endpoint.zone) return endpoint;
  return { ...endpoint, serving, ready, zone };
}

function zoneOf(node: string | null, nodes: NodeSet): string | null {
  return node === null ? null : (nodes.get(node)?.zone ?? null);
}

/** The same slices under another publishNotReadyAddresses. */
export function withPublishedReadiness(service: Service, slices: readonly EndpointSlice[]): readonly EndpointSlice[] {
  if (!service.publishNotReadyAddresses) return slices;
  return slices.map(slice =>
    isControllerManaged(slice) ? withEndpoints(slice, endpoint => ({ ...endpoint, ready: true })) : slice,
  );
}
