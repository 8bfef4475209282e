import type { Endpoint, EndpointSlice } from '../model/endpoint-slice.ts';
import type { PortListing } from './port-listing.ts';

/** An endpoint in the representation of kube-proxy, shared by ports. */
export interface ProxyEndpoint {
  /** As its slice has it. */
  readonly endpoint: Endpoint;
  readonly address: string;
  /** Position of its port number in the numbers of a port: ports with other numbers share their endpoints. */
  readonly numberIndex: number;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly nodeName: string | null;
  readonly zone: string | null;
  readonly zoneHints: readonly string[];
  readonly nodeHints: readonly string[];
}

const NONE: readonly string[] = [];

/** Wraps an endpoint of a slice without copying it. As in kube-proxy, absent conditions mean ready, serving, not terminating. */
class ListedEndpoint implements ProxyEndpoint {
  readonly endpoint: Endpoint;
  readonly numberIndex: number;

  constructor(endpoint: Endpoint, numberIndex: number) {
    this.endpoint = endpoint;
    this.numberIndex = numberIndex;
  }

  get address(): string {
    return this.endpoint.address;
  }

  get ready(): boolean {
    return this.endpoint.ready ?? true;
  }

  get serving(): boolean {
    return this.endpoint.serving ?? true;
  }

  get terminating(): boolean {
    return this.endpoint.terminating ?? false;
  }

  get nodeName(): string | null {
    return this.endpoint.nodeName;
  }

  get zone(): string | null {
    return this.endpoint.zone;
  }

  get zoneHints(): readonly string[] {
    return this.endpoint.hints?.zones ?? NONE;
  }

  get nodeHints(): readonly string[] {
    return this.endpoint.hints?.nodes ?? NONE;
  }
}

/** The endpoint with another position of its port number. */
export function withNumberIndex({ endpoint }: ProxyEndpoint, numberIndex: number): ProxyEndpoint {
  return new ListedEndpoint(endpoint, numberIndex);
}

/** Every endpoint that the slices list for a port, including duplicates. */
export function listedEndpoints(
  slices: readonly EndpointSlice[],
  { entries }: Pick<PortListing, 'entries'>,
): readonly ListedEndpoint[] {
  const listed: ListedEndpoint[] = [];
  for (let i = 0; i < entries.length; i += 2) {
    for (const endpoint of slices[entries[i] ?? 0]?.endpoints ?? []) {
      if (endpoint.address !== '') listed.push(new ListedEndpoint(endpoint, entries[i + 1] ?? 0));
    }
  }
  return listed;
}

/**
 * One endpoint per address and port number. Of two, one that is not terminating replaces the other
 * (pkg/proxy/endpointslicecache.go addEndpoints, v1.37.1); up to 1.35 one on the proxy's own node did (v1.35.4).
 */
export function distinctEndpoints(
  listed: readonly ListedEndpoint[],
  nodeOfOlderProxy: string | null = null,
): readonly ProxyEndpoint[] {
  const byName = new Map<string, ListedEndpoint>();
  for (const one of listed) {
    const key = one.numberIndex === 0 ? one.address : `${one.address} ${one.numberIndex}`;
    const replaces = nodeOfOlderProxy === null ? !one.terminating : one.nodeName === nodeOfOlderProxy;
    if (replaces || !byName.has(key)) byName.set(key, one);
  }
  return byName.size === listed.length ? listed : [...byName.values()];
}
