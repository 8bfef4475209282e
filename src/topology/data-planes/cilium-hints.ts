import type { Endpoint, EndpointSlice } from '../../model/endpoint-slice.ts';
import type { ProxyEndpoint } from '../proxy-endpoint.ts';
import type { CiliumMinor } from './cilium-minor.ts';
import { stateOf } from './cilium-state.ts';

/** The zone hints of the endpoints that decide whether zone hints are obeyed at all. */
export interface HintSummary {
  readonly any: boolean;
  /** True if each of them has one. */
  readonly complete: boolean;
  readonly zones: ReadonlySet<string>;
}

interface Hinted {
  readonly zone: string | null;
  readonly zoneHints: readonly string[];
}

export function summarizeHints(endpoints: Iterable<Hinted>, { hintNeedsZone }: CiliumMinor): HintSummary {
  const zones = new Set<string>();
  let any = false;
  let complete = true;
  for (const { zone, zoneHints } of endpoints) {
    const counts = zoneHints.length > 0 && (!hintNeedsZone || zone !== null);
    if (!counts) {
      complete = false;
      continue;
    }
    any = true;
    for (const hint of zoneHints) zones.add(hint);
  }
  return { any, complete, zones };
}

/** The hints of all endpoints of a Service that the minor looks at, on any port and in both families. */
export function hintsOfService(slices: readonly EndpointSlice[], minor: CiliumMinor): HintSummary {
  return summarizeHints(hintedOfService(slices, minor), minor);
}

function* hintedOfService(slices: readonly EndpointSlice[], minor: CiliumMinor): Generator<Hinted> {
  for (const slice of slices) {
    if (!isRead(slice, minor)) continue;
    for (const endpoint of slice.endpoints) if (counts(endpoint, minor)) yield hintedOf(endpoint);
  }
}

/** From 1.18 on an endpoint exists for each of its ports; in 1.17 also without any. */
function isRead({ proxied, addressType, ports }: EndpointSlice, { readsHeadlessSlices }: CiliumMinor): boolean {
  if (addressType !== 'IPv4' && addressType !== 'IPv6') return false;
  return readsHeadlessSlices || (proxied && ports.some(({ port }) => port !== null));
}

function counts(endpoint: Endpoint, minor: CiliumMinor): boolean {
  if (endpoint.address === '') return false;
  return minor.hintsRequiredOf === 'service-all' || stateOf(endpoint, minor) !== 'unused';
}

function hintedOf({ zone, hints }: Endpoint): Pick<ProxyEndpoint, 'zone' | 'zoneHints'> {
  return { zone, zoneHints: hints?.zones ?? [] };
}
