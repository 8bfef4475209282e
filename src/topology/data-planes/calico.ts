import type { CalicoEbpf } from '../../model/data-plane.ts';
import { isProxied } from '../../model/service.ts';
import { PARTIAL_PROFILE, PartialRouter } from './partial.ts';
import type { Profile } from './profile.ts';

/** First minor version with internalTrafficPolicy (projectcalico/calico#5155). */
const INTERNAL_POLICY_SINCE_MINOR = 23;

/**
 * Calico's eBPF data plane obeys internalTrafficPolicy since 3.23. Which hints a version obeys, and how it routes node ports,
 * is not established.
 */
export const calicoProfile: Profile<CalicoEbpf> = {
  ...PARTIAL_PROFILE,
  handles: isProxied,
  router: (port, { version }) => {
    const knowsPolicy = version !== null && version.minor >= INTERNAL_POLICY_SINCE_MINOR;
    const isKnown = knowsPolicy || !port.policy.internalLocal;
    return new PartialRouter(port, { hints: null, classes: isKnown ? ['internal'] : [] });
  },
  obeysHints: () => null,
};
