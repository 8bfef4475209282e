import type { EndpointSlice } from '../model/endpoint-slice.ts';
import type { IPFamily, ServicePort } from '../model/service.ts';
import type { Coverage } from './coverage.ts';
import { coverage } from './coverage.ts';
import type { EndpointIndex } from './endpoint-index.ts';
import { indexEndpoints } from './endpoint-index.ts';
import { distinctEndpoints, listedEndpoints } from './proxy-endpoint.ts';

type PortName = Pick<ServicePort, 'name' | 'protocol'>;

/** What kube-proxy holds of one port in one IP family. */
export interface PortEndpoints {
  readonly index: EndpointIndex;
  /** As a kube-proxy up to 1.35 on this node holds them: the same, but where slices name an address twice. */
  indexOfOlderProxy(node: string): EndpointIndex;
}

/** The endpoints of one Service by port and IP family, each worked out on first use. */
export class ServiceEndpoints {
  readonly slices: readonly EndpointSlice[];
  readonly #ports = new Map<string, PortEndpoints>();
  #coverage: Coverage | null = null;

  constructor(slices: readonly EndpointSlice[]) {
    this.slices = slices;
  }

  get coverage(): Coverage {
    this.#coverage ??= coverage(this.slices);
    return this.#coverage;
  }

  of(port: PortName, family: IPFamily): PortEndpoints {
    const key = `${family}/${port.protocol}/${port.name}`;
    const known = this.#ports.get(key);
    if (known) return known;
    const endpoints = portEndpoints(this.slices, port, family);
    this.#ports.set(key, endpoints);
    return endpoints;
  }
}

function portEndpoints(slices: readonly EndpointSlice[], port: PortName, family: IPFamily): PortEndpoints {
  const listed = listedEndpoints(slices, port, family);
  const index = indexEndpoints(distinctEndpoints(listed));
  if (index.all.length === listed.length) return { index, indexOfOlderProxy: () => index };
  const named = new Set([...index.named, ...listed.flatMap(({ nodeName }) => nodeName ?? [])]);
  return {
    index: { ...index, named },
    indexOfOlderProxy: node => indexEndpoints(distinctEndpoints(listed, node)),
  };
}
