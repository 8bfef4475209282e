import type { ChangeSource } from '../model/change.ts';
import type { ClusterFacts } from '../model/topology.ts';
import { formatVersion, NEWEST_KNOWN_MINOR } from '../model/version.ts';
import type { Need } from '../rules/rule.ts';
import { isEstablished, profileOf } from '../topology/data-planes/index.ts';
import type { SharedContext } from './context.ts';

/** False if the rule covers only manifests or only clusters, and the Service has another source. */
export function appliesToSource(needs: readonly Need[], source: ChangeSource): boolean {
  if (needs.includes('manifest') && source !== 'files') return false;
  return !needs.includes('cluster') || source === 'cluster';
}

/** A healthy age is at most 75 s, as a watch gets a bookmark every minute. 300 s allow for a restart of the API server. */
const MAX_TOPOLOGY_AGE_SECONDS = 300;
/**
 * Above this age the audit pauses. It is below the limit for reviews: a review must be answered now, but the audit publishes
 * its results and can wait for current data.
 */
export const MAX_AUDIT_TOPOLOGY_AGE_SECONDS = 180;
const TOPOLOGY_NEEDS: readonly Need[] = ['nodes', 'slices', 'endpoints'];

const CLUSTER_NEEDS: readonly Need[] = [...TOPOLOGY_NEEDS, 'workloads'];

/** True if a rule reads only the Service and the cluster's version and data plane. */
export function readsOnlyService(needs: readonly Need[]): boolean {
  return !needs.some(need => CLUSTER_NEEDS.includes(need));
}

/** A need that is not met, and its text for users. */
export interface UnmetNeed {
  readonly need: Need;
  readonly why: string;
}

/** The first need that is not met, `null` if the rule can run. */
export function unmetNeed(needs: readonly Need[], ctx: SharedContext): UnmetNeed | null {
  for (const need of needs) {
    const why = (TOPOLOGY_NEEDS.includes(need) ? staleness(ctx) : null) ?? unmetReason(need, ctx);
    if (why) return { need, why };
  }
  return null;
}

function unmetReason(need: Need, ctx: SharedContext): string | null {
  switch (need) {
    case 'nodes':
      return ctx.nodes().size > 0 ? null : 'no Nodes are known: give them with --topology';
    case 'slices':
      return ctx.change.endpointsUnknown ?? (ctx.predicted().slices.length > 0 ? null : 'no EndpointSlices yet');
    case 'endpoints':
      return ctx.change.endpointsUnknown ?? (hasEndpoints(ctx) ? null : 'no endpoints yet');
    case 'workloads':
      return ctx.workloads().length > 0 ? null : 'no manifest of a workload that it selects';
    case 'manifest':
      return ctx.change.source === 'files' ? null : 'applies to manifests only';
    case 'cluster':
      return ctx.change.source === 'cluster' ? null : 'applies to audits of a cluster only';
    case 'kubernetes known':
      return ctx.version.minor <= NEWEST_KNOWN_MINOR
        ? null
        : `Kubernetes ${formatVersion(ctx.version)} is newer than ${NEWEST_KNOWN_VERSION}, the newest version known`;
    case 'dataplane: known':
      return isEstablished(ctx.facts) ? null : UNKNOWN_ROUTING;
    case 'dataplane: obeys hints':
      return hintsIgnored(ctx);
    default: {
      const minor = Number(need.slice('kubernetes>=1.'.length));
      return ctx.version.minor >= minor ? null : `needs Kubernetes 1.${minor}, this is ${formatVersion(ctx.version)}`;
    }
  }
}

const UNKNOWN_ROUTING = 'the routing of this data plane is unknown';

function hintsIgnored({ dataPlanes, service }: SharedContext): string | null {
  const obedience = dataPlanes.map(dataPlane => profileOf(dataPlane).obeysHints(service, dataPlane));
  if (obedience.includes(true)) return null;
  const ignoring = dataPlanes[obedience.indexOf(false)];
  return ignoring ? `${ignoring.kind} does not obey hints here` : UNKNOWN_ROUTING;
}

function hasEndpoints(ctx: SharedContext): boolean {
  return ctx.predicted().slices.some(slice => slice.endpoints.some(endpoint => endpoint.address !== ''));
}

/** True if the topology is too old for rules that read the cluster. */
export function isTopologyStale({ topologyAgeSeconds }: Pick<ClusterFacts, 'topologyAgeSeconds'>): boolean {
  return topologyAgeSeconds > MAX_TOPOLOGY_AGE_SECONDS;
}

function staleness(ctx: SharedContext): string | null {
  const { topologyAgeSeconds } = ctx.facts;
  if (!isTopologyStale(ctx.facts)) return null;
  if (!Number.isFinite(topologyAgeSeconds)) return 'the cluster has not been read yet';
  return `the cluster data is ${Math.round(topologyAgeSeconds)} s old`;
}

const NEWEST_KNOWN_VERSION = formatVersion({ minor: NEWEST_KNOWN_MINOR });
