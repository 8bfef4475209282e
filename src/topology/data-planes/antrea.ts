import type { Antrea } from '../../model/data-plane.ts';
import { isProxied, type Service } from '../../model/service.ts';
import type { HintSupport } from '../proxy-version.ts';
import { kubeProxyProfile } from './kube-proxy.ts';
import { PARTIAL_PROFILE, PartialRouter } from './partial.ts';
import type { PortRouter, Profile, RoutedPort } from './profile.ts';

const ZONE_HINTS: HintSupport = { zones: true, nodes: false, blankZone: false };

/**
 * AntreaProxy obeys zone hints as kube-proxy does (antrea-io/antrea#6604) and both traffic policies. Without proxyAll it serves
 * ClusterIPs, and kube-proxy the rest. Node hints are not established.
 */
export const antreaProfile: Profile<Antrea> = {
  ...PARTIAL_PROFILE,
  handles: isProxied,
  router: (port, { proxyAll, kubeProxy }) =>
    proxyAll ? own(port) : besideKubeProxy(own(port), kubeProxyProfile.router(port, kubeProxy)),
  ownClusterSets: ({ endpoints: { index } }) => index.readyByNodeHint,
  obeysHints: service => (hintsOf(service) ? true : null),
};

function hintsOf({ trafficDistribution }: Service): HintSupport | null {
  return trafficDistribution === 'PreferSameNode' ? null : ZONE_HINTS;
}

function own(port: RoutedPort): PortRouter {
  return new PartialRouter(port, { hints: hintsOf(port.service), classes: ['internal', 'external'] });
}

function besideKubeProxy(antrea: PortRouter, kubeProxy: PortRouter): PortRouter {
  return {
    categories: node => antrea.categories(node),
    route: (trafficClass, node, entrance) =>
      (trafficClass === 'internal' ? antrea : kubeProxy).route(trafficClass, node, entrance),
  };
}
