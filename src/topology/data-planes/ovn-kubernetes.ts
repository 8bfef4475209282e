import type { OvnKubernetes } from '../../model/data-plane.ts';
import { isProxied, isTopologyModeAuto, type Service } from '../../model/service.ts';
import { NO_HINTS, PARTIAL_PROFILE, PartialRouter } from './partial.ts';
import type { Profile } from './profile.ts';

/**
 * OVN-Kubernetes obeys internalTrafficPolicy and does not implement trafficDistribution (ovn-kubernetes#6888). Whether it obeys
 * the hints of topology-mode, and how it routes node ports, is not established.
 */
export const ovnKubernetesProfile: Profile<OvnKubernetes> = {
  ...PARTIAL_PROFILE,
  handles: isProxied,
  router: port => new PartialRouter(port, { hints: hintsOf(port.service), classes: ['internal'] }),
  obeysHints: service => (hintsOf(service) ? false : null),
};

function hintsOf(service: Service) {
  return isTopologyModeAuto(service) ? null : NO_HINTS;
}
