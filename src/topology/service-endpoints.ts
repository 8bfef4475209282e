import type { EndpointSlice } from '../model/endpoint-slice.ts';
import type { IPFamily, ServicePort } from '../model/service.ts';
import type { Coverage } from './coverage.ts';
import { coverage } from './coverage.ts';
import { EndpointIndex } from './endpoint-index.ts';
import type { PortListing, PortTarget } from './port-listing.ts';
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

/** Cached groups per Service, which seldom has more than two. */
const MAX_KEPT_GROUPS = 8;

/** The endpoints of one Service, computed on first use and once for all ports with the same endpoints. */
export class ServiceEndpoints {
  readonly slices: readonly EndpointSlice[];
  readonly #rewritten: boolean;
  readonly #families = new Map<IPFamily, SlicePorts>();
  readonly #kept = new Map<string, PortEndpoints>();
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

  /**
   * A function from port to endpoints, for all ports of one change. Throws WorkLimitExceeded if the ports have too many
   * different sets of endpoints.
   *
   * @param portsBefore of the old Service, for named target ports
   */
  byPort(family: IPFamily, portsBefore: readonly PortTarget[], budget?: WorkBudget): (port: ServicePort) => ListedPort {
    const slicePorts = this.#slicePortsOf(family);
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
      const endpoints = this.#endpointsOf(slicePorts, listing, { family, budget });
      groups.set(listing.key, endpoints);
      return { endpoints, numbers: listing.numbers };
    };
  }

  #slicePortsOf(family: IPFamily): SlicePorts {
    const known = this.#families.get(family);
    if (known) return known;
    const ports = new SlicePorts(this.slices.filter(slice => slice.proxied && slice.addressType === family));
    this.#families.set(family, ports);
    return ports;
  }

  #endpointsOf(
    { slices }: SlicePorts,
    listing: PortListing,
    { family, budget }: { readonly family: IPFamily; readonly budget: WorkBudget | undefined },
  ): PortEndpoints {
    const key = `${family} ${listing.key}`;
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
