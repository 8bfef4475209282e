import { isProxied } from '../../model/service.ts';
import type { Categories } from '../categorize.ts';
import { NO_NODES } from '../node-set.ts';
import { UNKNOWN_ROUTE } from '../route.ts';
import type { Profile } from './profile.ts';

export const NO_CATEGORIES: Categories = {
  cluster: null,
  local: null,
  hasAny: false,
  mode: 'ClusterWide',
  modeReason: 'not-established',
};

/** A data plane of which nothing is established. */
export const unknownProfile: Profile = {
  handles: isProxied,
  router: ({ policy }) => ({
    categories: () => NO_CATEGORIES,
    route: trafficClass => (trafficClass === 'internal' || policy.accessible ? UNKNOWN_ROUTE : null),
  }),
  ownClusterSets: () => NO_NODES,
  localFallsBack: () => false,
  obeysHints: () => null,
};
