export { type ConnectOptions, connectCluster, type LiveCluster } from './connect.ts';
export { ApiStatusError, KubeconfigError, type KubeconfigErrorCode, StoppedError } from './errors.ts';
export type { LiveTopology, ResourceCounters } from './live-topology.ts';
export type { Log, LogLevel } from './log.ts';
export type { PodLookup, PodLookupResult } from './pod-lookup.ts';
export type { ResourceName } from './resources.ts';
