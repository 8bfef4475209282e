import { isHeadless, type Service } from '../model/service.ts';
import type { ClusterFacts } from '../model/topology.ts';
import { isEstablished } from '../topology/data-planes/index.ts';

export interface NoRouteReason {
  /** A few words, as a heading. */
  readonly title: string;
  /** Full sentences. */
  readonly text: string;
}

/** Why a Service has no port whose routes are known. */
export function noRouteReason(service: Service, facts: ClusterFacts): NoRouteReason {
  if (isHeadless(service)) {
    return {
      title: 'the Service is headless',
      text: 'The Service is headless: DNS gives clients the addresses of its Pods, and they connect to a Pod directly. kube-proxy does not handle it, so traffic policies and hints have no effect.',
    };
  }
  if (service.type === 'ExternalName') {
    return {
      title: 'the Service is an ExternalName',
      text: 'The Service is an ExternalName: DNS gives clients the name of another host, and they connect to that. kube-proxy does not handle it, so traffic policies and hints have no effect.',
    };
  }
  if (!isEstablished(facts)) {
    return { title: 'the data plane is unknown', text: 'The routing of this data plane is unknown.' };
  }
  if (service.ports.length === 0) {
    return { title: 'the Service has no ports', text: 'The Service has no ports, so there is nothing to connect to.' };
  }
  return {
    title: 'another proxy handles the Service',
    text: 'Another proxy handles the Service (label service.kubernetes.io/service-proxy-name).',
  };
}
