/*
 * The valid and invalid values of the cases. Absent and valid ones are listed more than once, because too many errors in one
 * Service hide each other.
 */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Marks a field that is omitted. */
export const ABSENT = undefined;

export const TYPES = [ABSENT, '', null, 'ClusterIP', 'NodePort', 'LoadBalancer', 'LoadBalancer', 'ExternalName', 'Foo'];
const INTERNAL = [ABSENT, ABSENT, null, '', 'Cluster', 'Local', 'local', 'Near "x"'];
export const EXTERNAL = [ABSENT, ABSENT, null, '', 'Cluster', 'Local', 'Local', 'local'];
const DISTRIBUTION = [ABSENT, null, '', 'PreferClose', 'PreferSameZone', 'PreferSameNode', 'preferclose', 'Near'];
export const HEALTH_PORTS = [ABSENT, ABSENT, null, 0, 1, 30123, 65535, 65536, -1, 2147483647];
const EXTERNAL_IPS = [ABSENT, ABSENT, null, [], ['192.0.2.7'], ['192.0.2.7', '192.0.2.8']];
export const AFFINITIES = [ABSENT, null, '', 'None', 'ClientIP', 'ClientIP', 'clientip'];
const TIMEOUTS = [0, -1, 1, 10800, 86400, 86401, 2147483647];
export const AFFINITY_CONFIGS: readonly (Json | undefined)[] = [
  ABSENT,
  null,
  {},
  { clientIP: null },
  { clientIP: {} },
  { clientIP: { timeoutSeconds: null } },
  ...TIMEOUTS.map(timeoutSeconds => ({ clientIP: { timeoutSeconds } })),
];
const FLAGS = [ABSENT, ABSENT, null, true, false];
export const ANNOTATIONS = [ABSENT, ABSENT, null, '', 'Auto', 'auto', 'Disabled', 'nonsense'];
export const WRONG: readonly Json[] = [5, 1.5, -3000000000, 4000000000, true, 'text', '', [], ['x'], {}, { a: 1 }];

export const FIELDS: Readonly<Record<string, readonly (Json | undefined)[]>> = {
  type: TYPES,
  internalTrafficPolicy: INTERNAL,
  externalTrafficPolicy: EXTERNAL,
  trafficDistribution: DISTRIBUTION,
  healthCheckNodePort: HEALTH_PORTS,
  externalIPs: EXTERNAL_IPS,
  sessionAffinity: AFFINITIES,
  sessionAffinityConfig: AFFINITY_CONFIGS,
  publishNotReadyAddresses: FLAGS,
  allocateLoadBalancerNodePorts: FLAGS,
};
