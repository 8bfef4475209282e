import type { OvnKubernetes } from '../../model/data-plane.ts';
import { isProxied, isTopologyModeAuto, type Service } from '../../model/service.ts';
import { nodesWithReadyEndpoint } from '../endpoint-index.ts';
import { NO_NODES } from '../node-set.ts';
import { NO_HINTS, PartialRouter } from './partial.ts';
import type { Profile } from './profile.ts';

/**
 * OVN-Kubernetes obeys internalTrafficPolicy and does not implement trafficDistribution (ovn-kubernetes#6888). Whether it obeys
 * the hints of topology-mode, and how it routes node ports, is not established.
 */
export const ovnKubernetesProfile: Profile<OvnKubernetes> = {
  handles: isProxied,
  router: port => new PartialRouter(port, { hints: hintsOf(port.service), classes: ['internal'] }),
  ownClusterSets: () => NO_NODES,
  coveredNodes: ({ endpoints: { index } }) => nodesWithReadyEndpoint(index),
  localFallsBack: () => false,
  obeysHints: service => (hintsOf(service) ? false : null),
};

function hintsOf(service: Service) {
  return isTopologyModeAuto(service) ? null : NO_HINTS;
}
