import type { Cilium } from '../../model/data-plane.ts';
import { isInternalLocal, isProxied } from '../../model/service.ts';
import { categorize } from '../categorize.ts';
import { nodesWithOwnClusterSet } from '../endpoint-index.ts';
import type { TrafficClass } from '../route.ts';
import { clusterRoute, localRoute } from './kube-proxy.ts';
import type { Profile } from './profile.ts';

/** Cilium obeys hints only with `loadBalancer.serviceTopology`, and for no class if internalTrafficPolicy is Local. */
export const ciliumProfile: Profile<Cilium> = {
  handles: service => isProxied(service),
  router: ({ service, endpoints, policy }, dataPlane) => {
    const hints = { zones: ciliumProfile.obeysHints(service, dataPlane) === true, nodes: false, blankZone: false };
    const isLocal = (trafficClass: TrafficClass) =>
      trafficClass === 'internal' ? policy.internalLocal : trafficClass === 'external' && policy.externalLocal;
    const categories: ReturnType<Profile['router']>['categories'] = node =>
      categorize(endpoints.index, policy, { node, hints });
    return {
      categories,
      route: (trafficClass, node) => {
        if (trafficClass !== 'internal' && !policy.accessible) return null;
        return isLocal(trafficClass) ? localRoute(categories(node)) : clusterRoute(categories(node));
      },
    };
  },
  ownClusterSets: ({ endpoints: { index } }) => nodesWithOwnClusterSet(index),
  localFallsBack: () => false,
  obeysHints: (service, { serviceTopology }) => serviceTopology && !isInternalLocal(service),
};
