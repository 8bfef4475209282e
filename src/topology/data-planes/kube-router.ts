import type { KubeRouter } from '../../model/data-plane.ts';
import { isProxied } from '../../model/service.ts';
import { NO_HINTS, PARTIAL_PROFILE, PartialRouter } from './partial.ts';
import type { Profile } from './profile.ts';

/**
 * kube-router obeys both traffic policies (cloudnativelabs/kube-router#1598) and no hints (#1005). How it treats Pods at node
 * ports and balancer addresses is not established.
 */
export const kubeRouterProfile: Profile<KubeRouter> = {
  ...PARTIAL_PROFILE,
  handles: isProxied,
  router: port => new PartialRouter(port, { hints: NO_HINTS, classes: ['internal', 'external'] }),
  obeysHints: () => false,
};
