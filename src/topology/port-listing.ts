import type { EndpointPort, EndpointSlice } from '../model/endpoint-slice.ts';
import { isControllerManaged } from '../model/endpoint-slice.ts';
import type { ServicePort } from '../model/service.ts';

export type PortTarget = Pick<ServicePort, 'name' | 'protocol' | 'targetPort'>;

/** What of a port decides about its endpoints: the number of a numbered target port does not. */
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
  /** Port numbers by protocol and name, computed on first use. */
  byPort: ReadonlyMap<string, readonly number[]> | null;
}

/** The ports of the slices of one IP family. Cost: linear in what the slices list, and one look-up per Service port. */
export class SlicePorts {
  readonly slices: readonly EndpointSlice[];
  readonly #groups: SliceGroup[] = [];
  readonly #everySlice: readonly number[];

  constructor(slices: readonly EndpointSlice[]) {
    this.slices = slices;
    this.#everySlice = slices.flatMap((_slice, position) => [position, 0]);
    slices.forEach((slice, position) => {
      const last = this.#groups.at(-1);
      const managed = isControllerManaged(slice);
      if (last?.managed === managed && samePorts(last.ports, slice.ports)) last.slices.push(position);
      else this.#groups.push({ managed, ports: slice.ports, slices: [position], byPort: null });
    });
  }

  /**
   * @param rewritten true if the controller will write the ports of the Service to its slices; false to read them as they are
   * @param nameBefore name of the port in the slices, which are older than the change
   */
  listing(port: PortTarget, rewritten: boolean, nameBefore: string): PortListing {
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

function numbersIn(group: SliceGroup, protocol: string, name: string): readonly number[] {
  group.byPort ??= indexPorts(group.ports);
  return group.byPort.get(`${protocol}/${name}`) ?? NONE;
}

function indexPorts(ports: readonly EndpointPort[]): ReadonlyMap<string, readonly number[]> {
  const byPort = new Map<string, number[]>();
  for (const { name, protocol, port } of ports) {
    // kube-proxy ignores a port without a name or number.
    if (name === null || !port) continue;
    const key = `${protocol}/${name}`;
    const numbers = byPort.get(key);
    if (numbers) numbers.push(port);
    else byPort.set(key, [port]);
  }
  return byPort;
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
