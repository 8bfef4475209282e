import type { EndpointPort, EndpointSlice } from '../model/endpoint-slice.ts';
import { isControllerManaged } from '../model/endpoint-slice.ts';
import type { ServicePort } from '../model/service.ts';

export type PortTarget = Pick<ServicePort, 'name' | 'protocol' | 'targetPort'>;

/**
 * How a Service port finds its port in a slice. `exact`: the same name and protocol, as kube-proxy does. `cilium`: a port
 * without a name, on either side, fits every name of its protocol (pkg/loadbalancer/writer matchesFrontend, v1.20.2).
 * `cilium-1.17`: the same name, whatever the protocol (pkg/k8s/watchers genCartesianProduct, v1.17.6).
 */
export type PortMatch = 'exact' | 'cilium' | 'cilium-1.17';

/** The part of a port that decides about its endpoints: the number of a numbered target port does not. */
export function portTargetKey({ name, protocol, targetPort }: PortTarget): readonly (string | number)[] {
  return [name, protocol, typeof targetPort === 'number' ? 0 : targetPort];
}

/** Which slices list a port, and under which number. Ports with equal keys have the same endpoints. */
export interface PortListing {
  readonly key: string;
  /** Distinct port numbers. `entries` refers to them by position, so ports with other numbers can share endpoints. */
  readonly numbers: readonly number[];
  /** Position of a slice, then position of the number in `numbers`, and so on in pairs. */
  readonly entries: readonly number[];
}

/** Slices that list the same ports, usually all of a Service. */
interface SliceGroup {
  readonly managed: boolean;
  readonly ports: readonly EndpointPort[];
  /** Their positions. */
  readonly slices: number[];
  /** Computed on first use. */
  numbers: SliceNumbers | null;
}

/** The port numbers of a slice. */
interface SliceNumbers {
  /** By protocol and name, in `cilium-1.17` by name. */
  readonly named: ReadonlyMap<string, readonly number[]>;
  /** By protocol, for `cilium`: those without a name, and all. */
  readonly unnamed: ReadonlyMap<string, readonly number[]>;
  readonly all: ReadonlyMap<string, readonly number[]>;
}

/** The ports of the slices of one IP family. Cost: linear in what the slices list, and one look-up per Service port. */
export class SlicePorts {
  readonly slices: readonly EndpointSlice[];
  readonly #groups: SliceGroup[] = [];
  readonly #everySlice: readonly number[];
  readonly #match: PortMatch;

  constructor(slices: readonly EndpointSlice[], match: PortMatch = 'exact') {
    this.slices = slices;
    this.#match = match;
    this.#everySlice = slices.flatMap((_slice, position) => [position, 0]);
    slices.forEach((slice, position) => {
      const last = this.#groups.at(-1);
      const managed = isControllerManaged(slice);
      if (last?.managed === managed && samePorts(last.ports, slice.ports)) last.slices.push(position);
      else this.#groups.push({ managed, ports: slice.ports, slices: [position], numbers: null });
    });
  }

  /**
   * @param rewritten true if the controller will write the ports of the Service to its slices; false to read them as they are
   * @param nameBefore name of the port in the slices, which are older than the change
   */
  listing(port: PortTarget, rewritten: boolean, nameBefore: string): PortListing {
    const numbersIn = (group: SliceGroup, protocol: string, name: string) =>
      numbersOfPort(group, { protocol, name }, this.#match);
    if (!rewritten) return this.#listingOf(group => numbersIn(group, port.protocol, port.name));
    const { targetPort } = port;
    if (typeof targetPort === 'number') {
      return this.#listingOf(group => (group.managed ? [targetPort] : numbersIn(group, port.protocol, port.name)));
    }
    const isKnown = this.#groups.some(group => group.managed && numbersIn(group, port.protocol, nameBefore).length > 0);
    // Slices made from Pods carry the new name already.
    const ownName = isKnown ? nameBefore : port.name;
    return this.#listingOf(group => numbersIn(group, port.protocol, group.managed ? ownName : port.name));
  }

  #listingOf(numbersOf: (group: SliceGroup) => readonly number[]): PortListing {
    const [only] = this.#groups;
    if (only && this.#groups.length === 1) {
      const numbers = numbersOf(only);
      if (numbers.length === 1) return { key: ALL, numbers, entries: this.#everySlice };
    }
    const numbers: number[] = [];
    const entries: number[] = [];
    for (const group of this.#groups) {
      const own = numbersOf(group).map(number => positionIn(numbers, number));
      for (const slice of group.slices) for (const position of own) entries.push(slice, position);
    }
    return { key: entries.join(), numbers, entries };
  }
}

/** Key of a port that every slice lists under one number. */
const ALL = 'all';
const NONE: readonly number[] = [];
/** Ports of one slice that a Service port without a name takes; slices that a controller writes then have one. */
const MAX_LOOSE_MATCHES = 100;

function numbersOfPort(
  group: SliceGroup,
  { protocol, name }: { readonly protocol: string; readonly name: string },
  match: PortMatch,
): readonly number[] {
  group.numbers ??= indexPorts(group.ports, match);
  const { named, unnamed, all } = group.numbers;
  if (match === 'cilium-1.17') return named.get(name) ?? NONE;
  const exact = named.get(`${protocol}/${name}`) ?? NONE;
  if (match === 'exact') return exact;
  if (name === '') return all.get(protocol) ?? NONE;
  const loose = unnamed.get(protocol) ?? NONE;
  return loose.length === 0 ? exact : [...exact, ...loose];
}

function indexPorts(ports: readonly EndpointPort[], match: PortMatch): SliceNumbers {
  const named = new Map<string, number[]>();
  const unnamed = new Map<string, number[]>();
  const all = new Map<string, number[]>();
  for (const { name, protocol, port } of ports) {
    // kube-proxy ignores a port without a name or number.
    if (name === null || !port) continue;
    if (match === 'cilium-1.17') named.set(name, [port]);
    else add(named, `${protocol}/${name}`, port);
    if (match === 'cilium') addOnce(all, protocol, port);
  }
  if (match === 'cilium') for (const [protocol, number] of portsWithoutName(ports)) unnamed.set(protocol, [number]);
  return { named, unnamed, all };
}

/** A slice has at most one of each protocol: the API requires distinct names. A number that has a name too does not count. */
function portsWithoutName(ports: readonly EndpointPort[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { name, protocol, port } of ports) if (name === '' && port) found.set(protocol, port);
  for (const { name, protocol, port } of ports) if (name && found.get(protocol) === port) found.delete(protocol);
  return found;
}

function add(map: Map<string, number[]>, key: string, number: number): void {
  const numbers = map.get(key);
  if (numbers) numbers.push(number);
  else map.set(key, [number]);
}

function addOnce(map: Map<string, number[]>, key: string, number: number): void {
  const numbers = map.get(key) ?? [];
  if (numbers.length < MAX_LOOSE_MATCHES && !numbers.includes(number)) add(map, key, number);
}

function samePorts(a: readonly EndpointPort[], b: readonly EndpointPort[]): boolean {
  if (a === b) return true;
  return (
    a.length === b.length &&
    a.every(({ name, protocol, port }, i) => {
      const other = b[i];
      return name === other?.name && protocol === other.protocol && port === other.port;
    })
  );
}

function positionIn(numbers: number[], number: number): number {
  const known = numbers.indexOf(number);
  return known < 0 ? numbers.push(number) - 1 : known;
}
