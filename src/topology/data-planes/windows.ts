import type { WindowsKubeProxy } from '../../model/data-plane.ts';
import { isProxied } from '../../model/service.ts';
import { nodesWithReadyEndpoint } from '../endpoint-index.ts';
import { NO_NODES } from '../node-set.ts';
import { NO_HINTS, PartialRouter } from './partial.ts';
import type { Profile } from './profile.ts';

/**
 * kube-proxy on Windows ignores hints (kubernetes/kubernetes#123823) and obeys internalTrafficPolicy Local (#114419;
 * pkg/proxy/winkernel/proxier.go, v1.37.1). How it treats other traffic is not established.
 */
export const windowsProfile: Profile<WindowsKubeProxy> = {
  handles: isProxied,
  router: port => new PartialRouter(port, { hints: NO_HINTS, classes: ['internal'] }),
  ownClusterSets: () => NO_NODES,
  coveredNodes: ({ endpoints: { index } }) => nodesWithReadyEndpoint(index),
  localFallsBack: () => false,
  obeysHints: () => false,
};
