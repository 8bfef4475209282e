import type { EndpointSlice } from '../model/endpoint-slice.ts';
import { isControllerManaged } from '../model/endpoint-slice.ts';
import type { ServicePort } from '../model/service.ts';

export type PortTarget = Pick<ServicePort, 'name' | 'protocol' | 'targetPort'>;

/** Which slices list a port, and under which number. Ports with equal keys have the same endpoints. */
export interface PortListing {
  readonly key: string;
  /** Distinct port numbers. `entries` refers to them by position, so ports with other numbers can share endpoints. */
  readonly numbers: readonly number[];
  /** Position of a slice, then position of the number in `numbers`, and so on in pairs. */
  readonly entries: readonly number[];
}

/**
 * The ports of the slices of one IP family, indexed once. Cost: linear in what the slices list; one look-up per Service
 * port after that.
 */
export class SlicePorts {
  readonly slices: readonly EndpointSlice[];
  /** Pairs of slice position and port number by protocol and name. */
  #byPort: ReadonlyMap<string, readonly number[]> | null = null;
  readonly #managed: readonly boolean[];
  readonly #allManaged: boolean;
  readonly #everySlice: readonly number[];

  constructor(slices: readonly EndpointSlice[]) {
    this.slices = slices;
    this.#managed = slices.map(isControllerManaged);
    this.#allManaged = this.#managed.every(Boolean);
    this.#everySlice = slices.flatMap((_slice, index) => [index, 0]);
  }

  /**
   * @param rewritten true if the controller will write the ports of the Service to its slices; false to read them as they are
   * @param nameBefore name of the port in the slices, which are older than the change
   */
  listing(port: PortTarget, rewritten: boolean, nameBefore: string): PortListing {
    const { targetPort } = port;
    if (!rewritten) return listingOf(this.#pairs(port.protocol, port.name), this.slices.length);
    if (typeof targetPort === 'number') {
      // The usual case: no slice has to be read.
      if (this.#allManaged) return { key: ALL, numbers: [targetPort], entries: this.#everySlice };
      const own = this.#managed.flatMap((managed, slice) => (managed ? [slice, targetPort] : []));
      return listingOf(inOrder(own, this.#pairsWhere(port.protocol, port.name, false)), this.slices.length);
    }
    const known = this.#pairsWhere(port.protocol, nameBefore, true);
    // Slices made from Pods carry the new name already.
    const own = known.length > 0 ? known : this.#pairsWhere(port.protocol, port.name, true);
    const others = this.#allManaged ? [] : this.#pairsWhere(port.protocol, port.name, false);
    return listingOf(others.length === 0 ? own : inOrder(own, others), this.slices.length);
  }

  #pairsWhere(protocol: string, name: string, managed: boolean): readonly number[] {
    const pairs = this.#pairs(protocol, name);
    if (managed && this.#allManaged) return pairs;
    return pairs.filter((_value, i) => this.#managed[pairs[i - (i % 2)] ?? 0] === managed);
  }

  #pairs(protocol: string, name: string): readonly number[] {
    this.#byPort ??= indexPorts(this.slices);
    return this.#byPort.get(`${protocol}/${name}`) ?? NONE;
  }
}

const NONE: readonly number[] = [];

/** Key of a port that every slice lists under one number. */
const ALL = 'all';

function indexPorts(slices: readonly EndpointSlice[]): ReadonlyMap<string, readonly number[]> {
  const byPort = new Map<string, number[]>();
  slices.forEach(({ ports }, slice) => {
    for (const { name, protocol, port } of ports) {
      // kube-proxy ignores a port without a name or number.
      if (name === null || !port) continue;
      const key = `${protocol}/${name}`;
      const pairs = byPort.get(key);
      if (pairs) pairs.push(slice, port);
      else byPort.set(key, [slice, port]);
    }
  });
  return byPort;
}

/** Both lists of pairs as one, in the order of the slices. */
function inOrder(a: readonly number[], b: readonly number[]): readonly number[] {
  const pairs = [...a, ...b].flatMap((slice, i, all) => (i % 2 === 0 ? [[slice, all[i + 1] ?? 0]] : []));
  return pairs.sort(([x = 0], [y = 0]) => x - y).flat();
}

function listingOf(pairs: readonly number[], slices: number): PortListing {
  const numbers: number[] = [];
  const entries: number[] = [];
  let inOrder = pairs.length === 2 * slices;
  for (let i = 0; i < pairs.length; i += 2) {
    const slice = pairs[i] ?? 0;
    const number = pairs[i + 1] ?? 0;
    let position = numbers.indexOf(number);
    if (position < 0) position = numbers.push(number) - 1;
    entries.push(slice, position);
    inOrder &&= slice === i / 2;
  }
  return { key: inOrder && numbers.length === 1 ? ALL : entries.join(), numbers, entries };
}
