import type { EndpointSlice } from '../../model/endpoint-slice.ts';
import { EndpointIndex } from '../endpoint-index.ts';
import { withNumberIndex } from '../proxy-endpoint.ts';
import type { PortEndpoints } from '../service-endpoints.ts';
import { CiliumEndpoints } from './cilium-endpoints.ts';
import type { HintSummary } from './cilium-hints.ts';
import { hintsOfService } from './cilium-hints.ts';
import type { CiliumMinor } from './cilium-minor.ts';
import type { RoutedPort } from './profile.ts';

/** The endpoints of a port, shared by all ports with the same ones. */
export function endpointsOfPort(port: RoutedPort, minor: CiliumMinor): CiliumEndpoints {
  const { serviceEndpoints } = port;
  const service = serviceEndpoints.derived(minor, () => new CiliumService(serviceEndpoints.slices, minor));
  return service.endpointsOf(port);
}

/** The port as the kube-proxy beside Cilium serves it. */
export function kubeProxyPort(port: RoutedPort): RoutedPort {
  const { endpoints, numbers } = port.exact();
  if (numbers.every((number, i) => port.numbers[i] === number)) return { ...port, endpoints };
  const realigned = (index: EndpointIndex): EndpointIndex => {
    const all = index.all.map(one => withNumberIndex(one, port.numbers.indexOf(numbers[one.numberIndex] ?? 0)));
    return new EndpointIndex(all, index.hasDuplicateAddresses ? [...all, ...all] : all);
  };
  const index = realigned(endpoints.index);
  return {
    ...port,
    endpoints: { index, indexOfOlderProxy: node => realigned(endpoints.indexOfOlderProxy(node)) },
  };
}

class CiliumService {
  readonly #slices: readonly EndpointSlice[];
  readonly #minor: CiliumMinor;
  readonly #byPort = new WeakMap<PortEndpoints, CiliumEndpoints>();
  #hints: HintSummary | null = null;

  constructor(slices: readonly EndpointSlice[], minor: CiliumMinor) {
    this.#slices = slices;
    this.#minor = minor;
  }

  endpointsOf({ endpoints, budget }: RoutedPort): CiliumEndpoints {
    const known = this.#byPort.get(endpoints);
    if (known) return known;
    const created = new CiliumEndpoints(endpoints.index.all, this.#minor, { ofService: this.#hintsOfService, budget });
    this.#byPort.set(endpoints, created);
    return created;
  }

  readonly #hintsOfService = (): HintSummary => {
    this.#hints ??= hintsOfService(this.#slices, this.#minor);
    return this.#hints;
  };
}
