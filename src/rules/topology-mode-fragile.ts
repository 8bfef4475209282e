import type { EndpointSlice } from '../model/endpoint-slice.ts';
import { isControllerManaged } from '../model/endpoint-slice.ts';
import { isTopologyModeAuto } from '../model/service.ts';
import { allocateAutoHints } from '../topology/auto-hints.ts';
import { endpointsOfFamily } from '../topology/family-endpoints.ts';
import { isReadyForHints } from '../topology/slice-hints.ts';
import { localityOf, requestsLocality } from './locality.ts';
import type { Rule, RuleContext } from './rule.ts';

/** Recommended by the documentation of Topology Aware Routing; the code requires one. */
const RECOMMENDED_ENDPOINTS_PER_ZONE = 3;

export const topologyModeFragile: Rule = {
  id: 'topology-mode-fragile',
  level: 'info',
  needs: ['nodes', 'endpoints', 'dataplane: obeys hints'],
  summary: 'topology-mode Auto has so few endpoints per zone that its hints come and go',
  why: `topology-mode Auto removes the hints of all endpoints as soon as their number cannot be divided among the zones
within 20 % of each zone's CPU. With one or two endpoints in a zone, nearly every number except the current one fails,
so that a rollout or a lost Pod sends all traffic through the whole cluster, and back. The documentation recommends
three or more endpoints in each zone; the code does not require them. The rule computes whether the loss of one Pod
removes the hints.`,
  fix: `Run three or more Pods in each zone, spread with topologySpreadConstraints. Even then some totals cannot be
divided well; trafficDistribution has no such safeguards.`,
  example: `apiVersion: v1
kind: Service
metadata:
  name: web
  annotations: { service.kubernetes.io/topology-mode: Auto }
spec:
  selector: { app: web } # three Pods, one in each of three zones
  ports: [{ port: 80 }]
`,
  source: 'k8s.io/endpointslice topologycache getAllocations, v0.37.1',
  appliesTo: service => requestsLocality(service) && isTopologyModeAuto(service),
  *check(ctx) {
    const locality = localityOf(ctx.service, ctx.version);
    const weak = locality && weakestFamily(ctx);
    if (!locality || !weak) return;
    const loss = weak.failsWithOneLess ? 'one pod less removes all hints' : 'a lost pod may remove all hints';
    yield {
      message: fmt =>
        `${locality.label}: fewer than ${RECOMMENDED_ENDPOINTS_PER_ZONE} endpoints in ${weak.zones.length} of ${weak.of} zones` +
        `${fmt.list(weak.zones)}, ${loss}; run ${RECOMMENDED_ENDPOINTS_PER_ZONE} or more in each`,
      path: locality.path,
      zones: weak.zones,
    };
  },
};

interface Weakness {
  readonly zones: readonly string[];
  readonly of: number;
  readonly failsWithOneLess: boolean;
}

/** The first IP family that has hints and a zone with too few endpoints. */
function weakestFamily(ctx: RuleContext): Weakness | null {
  const ratios = ctx.nodes().cpuRatios;
  if (ratios.kind === 'unknown') return null;
  const all = [...ratios.byZone.keys()].sort();
  const { slices, absentBecause } = ctx.afterRollout();
  for (const family of ctx.service.ipFamilies.filter(one => !absentBecause.has(one))) {
    const own = slices.filter(slice => slice.addressType === family && isControllerManaged(slice));
    const endpoints = endpointsOfFamily(own, family);
    const zones = all.filter(
      zone => endpoints.filter(one => one.zone === zone).length < RECOMMENDED_ENDPOINTS_PER_ZONE,
    );
    if (endpoints.length === 0 || zones.length === 0) continue;
    const fewer = allocateAutoHints(withoutOne(own), ctx.nodes());
    return { zones, of: all.length, failsWithOneLess: fewer.kind === 'none' };
  }
  return null;
}

/** Which one does not matter: only their number decides. */
function withoutOne(slices: readonly EndpointSlice[]): readonly EndpointSlice[] {
  const gone = slices.flatMap(slice => slice.endpoints).find(isReadyForHints)?.address;
  return slices.map(slice => ({
    ...slice,
    endpoints: slice.endpoints.filter(endpoint => endpoint.address !== gone),
  }));
}
