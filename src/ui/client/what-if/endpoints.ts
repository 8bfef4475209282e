import type { Endpoint, EndpointSlice } from '../../../model/endpoint-slice.ts';
import type { Node } from '../../../model/node.ts';
import type { Service } from '../../../model/service.ts';
import { emptySlicesOfOtherFamilies, readyEndpoint } from '../../../topology/scenarios/service-pods.ts';

export interface ScaleChange {
  readonly service: Service;
  /** Nodes that may run a new Pod. */
  readonly schedulableNodes: readonly Node[];
  /** `''` means no zone. */
  readonly zone: string;
  readonly by: number;
}

/** The slices with more or fewer endpoints in one zone, in every IP family of the Service. */
export function scaleEndpoints(slices: readonly EndpointSlice[], scaling: ScaleChange): readonly EndpointSlice[] {
  let result = scaling.by > 0 ? withSliceOfEachFamily(slices, scaling.service) : slices;
  for (let i = 0; i < Math.abs(scaling.by); i++) {
    result = scaling.by > 0 ? withOneMore(result, scaling, i + 1) : withOneFewer(result, scaling.zone);
  }
  return result;
}

/** Adds the Pod on the node of the zone that has the fewest, like a scheduler that spreads Pods. */
function withOneMore(
  slices: readonly EndpointSlice[],
  { schedulableNodes, zone }: ScaleChange,
  number: number,
): readonly EndpointSlice[] {
  const counts = countByNode(slices);
  const [node] = schedulableNodes
    .filter(candidate => (candidate.zone ?? '') === zone)
    .toSorted((a, b) => (counts.get(a.name) ?? 0) - (counts.get(b.name) ?? 0));
  if (!node) return slices;
  const added = readyEndpoint(`new-${number}-in-${zone || 'no-zone'}`, node);
  const last = new Map(slices.map((slice, i) => [slice.addressType, i]));
  return slices.map((slice, i) =>
    last.get(slice.addressType) === i ? { ...slice, endpoints: [...slice.endpoints, added] } : slice,
  );
}

/** Removes a Pod from the node of the zone that has the most. */
function withOneFewer(slices: readonly EndpointSlice[], zone: string): readonly EndpointSlice[] {
  const isThere = (endpoint: Endpoint) => (endpoint.zone ?? '') === zone && endpoint.ready !== false;
  const inZone = slices.map(slice => ({ ...slice, endpoints: slice.endpoints.filter(isThere) }));
  const [most] = [...countByNode(inZone)].sort(([, a], [, b]) => b - a);
  if (!most) return slices;
  const families = new Set<string>();
  return slices.map(slice => {
    if (families.has(slice.addressType)) return slice;
    const at = slice.endpoints.findIndex(endpoint => isThere(endpoint) && endpoint.nodeName === most[0]);
    if (at < 0) return slice;
    families.add(slice.addressType);
    return { ...slice, endpoints: slice.endpoints.toSpliced(at, 1) };
  });
}

function countByNode(slices: readonly EndpointSlice[]): ReadonlyMap<string | null, number> {
  const counts = new Map<string | null, number>();
  const [family] = slices.map(slice => slice.addressType);
  for (const slice of slices.filter(({ addressType }) => addressType === family)) {
    for (const { nodeName } of slice.endpoints) counts.set(nodeName, (counts.get(nodeName) ?? 0) + 1);
  }
  return counts;
}

/** A Service without endpoints has no slice, or one without ports. */
function withSliceOfEachFamily(slices: readonly EndpointSlice[], service: Service): readonly EndpointSlice[] {
  const usable = slices.filter(slice => slice.ports.length > 0 || slice.endpoints.length > 0);
  return [...usable, ...emptySlicesOfOtherFamilies(usable, service)];
}
