import type { KubeRouter } from '../../model/data-plane.ts';
import { isProxied } from '../../model/service.ts';
import { nodesWithReadyEndpoint } from '../endpoint-index.ts';
import { NO_NODES } from '../node-set.ts';
import { NO_HINTS, PartialRouter } from './partial.ts';
import type { Profile } from './profile.ts';

/**
 * kube-router obeys both traffic policies (cloudnativelabs/kube-router#1598) and no hints (#1005). How it treats Pods at node
 * ports and balancer addresses is not established.
 */
export const kubeRouterProfile: Profile<KubeRouter> = {
  handles: isProxied,
  router: port => new PartialRouter(port, { hints: NO_HINTS, classes: ['internal', 'external'] }),
  ownClusterSets: () => NO_NODES,
  coveredNodes: ({ endpoints: { index } }) => nodesWithReadyEndpoint(index),
  localFallsBack: () => false,
  obeysHints: () => false,
};
