export { type ConnectOptions, connectCluster, type LiveCluster } from '../cluster/live/connect.ts';
export type { LiveTopology, ResourceCounters } from '../cluster/live/live-topology.ts';
export type { PodLookup, PodLookupResult } from '../cluster/live/pod-lookup.ts';
export type { ResourceName } from '../cluster/live/resources.ts';
export { ApiStatusError, KubeconfigError, type KubeconfigErrorCode, StoppedError } from '../kube/client/errors.ts';
export type { Log, LogLevel } from '../runtime/log.ts';
