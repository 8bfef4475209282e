import type { Source } from '../model/change.ts';
import type { ClusterFacts } from '../model/topology.ts';
import { formatVersion, NEWEST_KNOWN_MINOR } from '../model/version.ts';
import type { Need } from '../rules/rule.ts';
import { dataPlaneObeysHints } from '../topology/port-routing.ts';
import type { SharedContext } from './context.ts';

/** False for a rule that speaks of manifests or of clusters only, where the Service comes from elsewhere. */
export function concerns(needs: readonly Need[], source: Source): boolean {
  if (needs.includes('manifest') && source !== 'files') return false;
  return !needs.includes('cluster') || source === 'cluster';
}

/**
 * Above this the view of the cluster is in doubt, in seconds. A watch tells of itself every minute, so that a healthy view
 * is never older than 75 s; what happens within five minutes is an API server that restarts or is replaced.
 */
const STALE_AFTER_SECONDS = 300;
const OF_THE_VIEW: readonly Need[] = ['nodes', 'slices', 'endpoints'];

/** A need that is not met, and its text for users. */
export interface UnmetNeed {
  readonly need: Need;
  readonly why: string;
}

/** The first need that is not met, `null` if the rule can run. */
export function unmetNeed(needs: readonly Need[], ctx: SharedContext): UnmetNeed | null {
  for (const need of needs) {
    const why = (OF_THE_VIEW.includes(need) ? staleness(ctx) : null) ?? whyUnmet(need, ctx);
    if (why) return { need, why };
  }
  return null;
}

function whyUnmet(need: Need, ctx: SharedContext): string | null {
  switch (need) {
    case 'nodes':
      return ctx.nodes().size > 0 ? null : 'no Nodes are known: give them with --topology';
    case 'slices':
      return ctx.change.endpointsUnknown ?? (ctx.prospect().slices.length > 0 ? null : 'no EndpointSlices yet');
    case 'endpoints':
      return ctx.change.endpointsUnknown ?? (hasEndpoints(ctx) ? null : 'no endpoints yet');
    case 'workloads':
      return ctx.workloads().length > 0 ? null : 'no manifest of a workload that it selects';
    case 'manifest':
      return ctx.change.source === 'files' ? null : 'only a manifest can tell';
    case 'cluster':
      return ctx.change.source === 'cluster' ? null : 'only an audit of a cluster can tell';
    case 'kubernetes known':
      return ctx.version.minor <= NEWEST_KNOWN_MINOR
        ? null
        : `Kubernetes ${formatVersion(ctx.version)} is newer than ${NEWEST}, the newest known here`;
    case 'dataplane: known':
      return ctx.dataPlane.kind === 'other' ? 'nothing is known of how this data plane routes' : null;
    case 'dataplane: obeys hints':
      if (ctx.dataPlane.kind === 'other') return 'nothing is known of how this data plane routes';
      return dataPlaneObeysHints(ctx.dataPlane, ctx.service) ? null : `${ctx.dataPlane.kind} does not read hints here`;
    default: {
      const minor = Number(need.slice('kubernetes>=1.'.length));
      return ctx.version.minor >= minor ? null : `needs Kubernetes 1.${minor}, this is ${formatVersion(ctx.version)}`;
    }
  }
}

function hasEndpoints(ctx: SharedContext): boolean {
  return ctx.prospect().slices.some(slice => slice.endpoints.some(endpoint => endpoint.address !== ''));
}

/** True where rules that read the cluster say nothing, as the view of it is too old. */
export function isStale({ topologyAgeSeconds }: Pick<ClusterFacts, 'topologyAgeSeconds'>): boolean {
  return topologyAgeSeconds > STALE_AFTER_SECONDS;
}

function staleness(ctx: SharedContext): string | null {
  const { topologyAgeSeconds } = ctx;
  if (!isStale(ctx)) return null;
  if (!Number.isFinite(topologyAgeSeconds)) return 'the cluster has not been read yet';
  return `the view of the cluster is ${Math.round(topologyAgeSeconds)} s old`;
}

const NEWEST = formatVersion({ minor: NEWEST_KNOWN_MINOR });
