import type { ChangeSource } from '../model/change.ts';
import type { ClusterFacts } from '../model/topology.ts';
import { formatVersion, NEWEST_KNOWN_MINOR } from '../model/version.ts';
import type { Need } from '../rules/rule.ts';
import { isEstablished, profileOf } from '../topology/data-planes/index.ts';
import type { SharedContext } from './context.ts';
import type { UndecidedReason } from './undecided.ts';

/** False if the rule covers only manifests or only clusters, and the Service has another source. */
export function appliesToSource(needs: readonly Need[], source: ChangeSource): boolean {
  if (needs.includes('manifest') && source !== 'files') return false;
  if (needs.includes('workload change') && source !== 'workload') return false;
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
  /** Why the rule could not be evaluated; `null` if there is nothing for it to evaluate on this cluster. */
  readonly undecided: UndecidedReason | null;
}

/** The first need that is not met, `null` if the rule can run. */
export function unmetNeed(needs: readonly Need[], ctx: SharedContext): UnmetNeed | null {
  for (const need of needs) {
    const unmet = (TOPOLOGY_NEEDS.includes(need) ? staleness(ctx) : null) ?? unmetReason(need, ctx);
    if (unmet) return { need, ...unmet };
  }
  return null;
}

type Unmet = Omit<UnmetNeed, 'need'>;

const nothingToEvaluate = (why: string): Unmet => ({ why, undecided: null });
const UNKNOWN_ROUTING: Unmet = {
  why: 'the routing of this data plane is unknown',
  undecided: 'unknown-data-plane',
};

function unmetReason(need: Need, ctx: SharedContext): Unmet | null {
  switch (need) {
    case 'nodes':
      if (ctx.nodes().size > 0) return null;
      return { why: whyNoNodes(ctx), undecided: 'no-nodes' };
    case 'slices':
      return endpointsUnknown(ctx) ?? (ctx.predicted().slices.length > 0 ? null : NO_SLICES);
    case 'endpoints':
      return endpointsUnknown(ctx) ?? (hasEndpoints(ctx) ? null : NO_ENDPOINTS);
    case 'workloads':
      return ctx.workloads().length > 0 ? null : nothingToEvaluate('no manifest of a workload that it selects');
    case 'manifest':
      return ctx.change.source === 'files' ? null : nothingToEvaluate('applies to manifests only');
    case 'cluster':
      return ctx.change.source === 'cluster' ? null : nothingToEvaluate('applies to audits of a cluster only');
    case 'workload change':
      return ctx.change.source === 'workload' ? null : nothingToEvaluate('applies to changes of workloads only');
    case 'kubernetes known': {
      if (ctx.version.minor <= NEWEST_KNOWN_MINOR) return null;
      const why = `Kubernetes ${formatVersion(ctx.version)} is newer than ${NEWEST_KNOWN_VERSION}, the newest version known`;
      return { why, undecided: 'unknown-version' };
    }
    case 'dataplane: known':
      return isEstablished(ctx.facts) ? null : UNKNOWN_ROUTING;
    case 'dataplane: obeys hints':
      return hintsIgnored(ctx);
    default: {
      const minor = Number(need.slice('kubernetes>=1.'.length));
      if (ctx.version.minor >= minor) return null;
      return nothingToEvaluate(`needs Kubernetes 1.${minor}, this is ${formatVersion(ctx.version)}`);
    }
  }
}

function whyNoNodes({ facts, change }: SharedContext): string {
  if (facts.topologyFrom === 'unreadable files') return 'the topology given cannot be read';
  if (facts.topologyFrom === 'files') return 'the topology given has no Nodes';
  if (facts.topologyFrom === 'cluster' || change.source !== 'files') return 'the cluster has no Nodes';
  return 'no Nodes are known: give them with --topology';
}

const NO_SLICES = nothingToEvaluate('no EndpointSlices yet');
const NO_ENDPOINTS = nothingToEvaluate('no endpoints yet');

function endpointsUnknown({ change }: SharedContext): Unmet | null {
  const unknown = change.endpointsUnknown;
  return unknown ? { why: unknown.why, undecided: unknown.reason } : null;
}

function hintsIgnored({ dataPlanes, service }: SharedContext): Unmet | null {
  const obedience = dataPlanes.map(dataPlane => profileOf(dataPlane).obeysHints(service, dataPlane));
  if (obedience.includes(true)) return null;
  const ignoring = dataPlanes[obedience.indexOf(false)];
  return ignoring ? nothingToEvaluate(`${ignoring.kind} does not obey hints here`) : UNKNOWN_ROUTING;
}

function hasEndpoints(ctx: SharedContext): boolean {
  return ctx.predicted().slices.some(slice => slice.endpoints.some(endpoint => endpoint.address !== ''));
}

/** True if the topology is too old for rules that read the cluster. */
export function isTopologyStale({ topologyAgeSeconds }: Pick<ClusterFacts, 'topologyAgeSeconds'>): boolean {
  return topologyAgeSeconds > MAX_TOPOLOGY_AGE_SECONDS;
}

function staleness(ctx: SharedContext): Unmet | null {
  const { topologyAgeSeconds } = ctx.facts;
  if (!isTopologyStale(ctx.facts)) return null;
  const why = Number.isFinite(topologyAgeSeconds)
    ? `the cluster data is ${Math.round(topologyAgeSeconds)} s old`
    : 'the cluster has not been read yet';
  return { why, undecided: 'stale-topology' };
}

const NEWEST_KNOWN_VERSION = formatVersion({ minor: NEWEST_KNOWN_MINOR });
