import type { WindowsKubeProxy } from '../../model/data-plane.ts';
import { isProxied } from '../../model/service.ts';
import { NO_HINTS, PARTIAL_PROFILE, PartialRouter } from './partial.ts';
import type { Profile } from './profile.ts';

/**
 * kube-proxy on Windows ignores hints (kubernetes/kubernetes#123823) and obeys internalTrafficPolicy Local (#114419;
 * pkg/proxy/winkernel/proxier.go, v1.37.1). How it treats other traffic is not established.
 */
export const windowsProfile: Profile<WindowsKubeProxy> = {
  ...PARTIAL_PROFILE,
  handles: isProxied,
  router: port => new PartialRouter(port, { hints: NO_HINTS, classes: ['internal'] }),
  obeysHints: () => false,
};
