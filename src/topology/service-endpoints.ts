import type { EndpointSlice } from '../model/endpoint-slice.ts';
import type { IPFamily, ServicePort } from '../model/service.ts';
import type { Coverage } from './coverage.ts';
import { coverage } from './coverage.ts';
import { EndpointIndex } from './endpoint-index.ts';
import type { PortListing, PortMatch, PortTarget } from './port-listing.ts';
import { SlicePorts } from './port-listing.ts';
import { distinctEndpoints, listedEndpoints } from './proxy-endpoint.ts';
import type { WorkBudget } from './work-budget.ts';

/** The endpoints of kube-proxy for one port in one IP family. Ports with the same endpoints share it. */
export interface PortEndpoints {
  readonly index: EndpointIndex;
  /** For a kube-proxy up to 1.35 on this node; differs only if the slices contain an address twice. */
  indexOfOlderProxy(node: string): EndpointIndex;
}

/** The endpoints of a port, and the port numbers that they refer to by position. */
export interface ListedPort {
  readonly endpoints: PortEndpoints;
  readonly numbers: readonly number[];
}

/** One IP family, and how the names of ports are matched. */
export interface SliceReading {
  readonly family: IPFamily;
  readonly match: PortMatch;
}

/** Cached groups per Service, which seldom has more than two. */
const MAX_KEPT_GROUPS = 8;

/** The endpoints of one Service, computed on first use and once for all ports with the same endpoints. */
export class ServiceEndpoints {
  readonly slices: readonly EndpointSlice[];
  readonly #rewritten: boolean;
  readonly #families = new Map<string, SlicePorts>();
  readonly #kept = new Map<string, PortEndpoints>();
  readonly #derived = new Map<object, unknown>();
  #coverage: Coverage | null = null;

  /** @param rewritten true if the controller will write the Service's new ports to its slices */
  constructor(slices: readonly EndpointSlice[], rewritten = false) {
    this.slices = slices;
    this.#rewritten = rewritten;
  }

  get coverage(): Coverage {
    this.#coverage ??= coverage(this.slices);
    return this.#coverage;
  }

  /** A value that depends on these endpoints alone, computed once for each of a few keys. */
  derived<T>(key: object, compute: () => T): T {
    if (!this.#derived.has(key)) this.#derived.set(key, compute());
    return this.#derived.get(key) as T;
  }

  /**
   * A function from port to endpoints, for all ports of one change. Throws WorkLimitExceeded if the ports have too many
   * different sets of endpoints.
   *
   * @param portsBefore of the old Service, for named target ports
   */
  byPort(
    { family, match }: SliceReading,
    portsBefore: readonly PortTarget[],
    budget?: WorkBudget,
  ): (port: ServicePort) => ListedPort {
    const slicePorts = this.#slicePortsOf({ family, match });
    const groups = new Map<string, PortEndpoints>();
    const namesBefore = new Map<string, string>();
    for (const { name, protocol, targetPort } of portsBefore) {
      const key = `${protocol}/${targetPort}`;
      if (typeof targetPort === 'string' && !namesBefore.has(key)) namesBefore.set(key, name);
    }
    return port => {
      const nameBefore = namesBefore.get(`${port.protocol}/${port.targetPort}`) ?? port.name;
      const listing = slicePorts.listing(port, this.#rewritten, nameBefore);
      const known = groups.get(listing.key);
      if (known) return { endpoints: known, numbers: listing.numbers };
      const endpoints = this.#endpointsOf(slicePorts, listing, { reading: `${family} ${match}`, budget });
      groups.set(listing.key, endpoints);
      return { endpoints, numbers: listing.numbers };
    };
  }

  #slicePortsOf({ family, match }: SliceReading): SlicePorts {
    const key = `${family} ${match}`;
    const known = this.#families.get(key);
    if (known) return known;
    const isRead = ({ proxied }: EndpointSlice) => proxied || match === 'cilium-1.17';
    const own = this.slices.filter(slice => isRead(slice) && slice.addressType === family);
    const ports = new SlicePorts(own, match);
    this.#families.set(key, ports);
    return ports;
  }

  #endpointsOf(
    { slices }: SlicePorts,
    listing: PortListing,
    { reading, budget }: { readonly reading: string; readonly budget: WorkBudget | undefined },
  ): PortEndpoints {
    const key = `${reading} ${listing.key}`;
    const kept = this.#kept.get(key);
    if (kept) return kept;
    const listed = listedEndpoints(slices, listing);
    budget?.spend(listed.length);
    const endpoints = portEndpoints(listed);
    if (this.#kept.size < MAX_KEPT_GROUPS) this.#kept.set(key, endpoints);
    return endpoints;
  }
}

function portEndpoints(listed: ReturnType<typeof listedEndpoints>): PortEndpoints {
  const index = new EndpointIndex(distinctEndpoints(listed), listed);
  const indexOfOlderProxy = (node: string) =>
    index.hasDuplicateAddresses ? new EndpointIndex(distinctEndpoints(listed, node)) : index;
  return { index, indexOfOlderProxy };
}
