import type { Endpoint, EndpointSlice } from '../../model/endpoint-slice.ts';
import type { Topology } from '../../model/topology.ts';
import type { Clients } from './clients.ts';

/** The endpoints of a Service by kind: no setting can tell those of one kind apart. */
export class PodKinds {
  readonly #slices: readonly EndpointSlice[];
  readonly #kindOf: KindOf;
  readonly #nodeKinds: ReadonlyMap<string, string>;

  constructor(slices: readonly EndpointSlice[], clients: Clients) {
    this.#slices = slices;
    this.#kindOf = endpointKinds(slices, clients);
    this.#nodeKinds = kindsByNode(slices, this.#kindOf);
  }

  /** By address. Endpoints on nodes of one kind with equally many endpoints are equal. */
  byAddress(): ReadonlyMap<string, string> {
    const kinds = new Map<string, string>();
    for (const slice of this.#slices) {
      for (const endpoint of slice.endpoints) {
        if (!isUsable(endpoint)) continue;
        const onNode = endpoint.nodeName === null ? '' : (this.#nodeKinds.get(endpoint.nodeName) ?? '');
        kinds.set(endpoint.address, `${this.#kindOf(slice, endpoint)} ${onNode}`);
      }
    }
    return kinds;
  }

  /** One address of each kind. */
  representatives(): readonly string[] {
    const first = new Map<string, string>();
    for (const [address, kind] of this.byAddress()) if (!first.has(kind)) first.set(kind, address);
    return [...first.values()];
  }

  /** One node of each kind, with and without endpoints. */
  *nodes(topology: Pick<Topology, 'node'>, clients: Clients): Generator<string> {
    const seen = new Set<string>();
    for (const [name, kind] of this.#nodeKinds) {
      if (seen.has(kind) || !topology.node(name)) continue;
      seen.add(kind);
      yield name;
    }
    for (const { name } of clients.emptyNodes(this.#nodeKinds)) yield name;
  }
}

export function isUsable({ address, ready }: Endpoint): boolean {
  return address !== '' && ready !== false;
}

type KindOf = (slice: EndpointSlice, endpoint: Endpoint) => string;

/** Equal for endpoints between which no setting can tell, except by the other endpoints of their nodes. */
function endpointKinds(slices: readonly EndpointSlice[], clients: Clients): KindOf {
  const lists = new Map(slices.map(slice => [slice, `${slice.addressType} ${JSON.stringify(slice.ports)}`]));
  const groups = new Map(clients.nodes.groups.map((group, i) => [group, i]));
  return (slice, { nodeName, zone, hints }) => {
    const entry = nodeName === null ? undefined : clients.nodes.entry(nodeName);
    const place = entry
      ? `${groups.get(entry.group)} ${entry.node.milliCPU} ${clients.nodes.weightOf(entry.node)}`
      : nodeName === null
        ? 'no node'
        : 'no client';
    return `${lists.get(slice)} ${place} ${zone} ${hints?.zones.join() ?? ''}`;
  };
}

/** The endpoints on each node as one text. */
function kindsByNode(slices: readonly EndpointSlice[], kindOf: KindOf): ReadonlyMap<string, string> {
  const kinds = new Map<string, string[]>();
  for (const slice of slices) {
    for (const endpoint of slice.endpoints) {
      if (endpoint.nodeName === null || !isUsable(endpoint)) continue;
      const list = kinds.get(endpoint.nodeName);
      if (list) list.push(kindOf(slice, endpoint));
      else kinds.set(endpoint.nodeName, [kindOf(slice, endpoint)]);
    }
  }
  return new Map(
    [...kinds].map(([name, list]) => [name, list.length === 1 ? (list[0] ?? '') : list.sort().join('; ')]),
  );
}
