import type { Node } from '../model/node.ts';
import { pluralForm } from '../model/plural.ts';
import { isInternalLocal } from '../model/service.ts';
import type { NodeSet } from '../topology/node-set.ts';
import type { PortRouting } from '../topology/port-routing.ts';
import type { ProxyEndpoint } from '../topology/proxy-endpoint.ts';
import { countByZone, internalSharesByZone } from '../topology/traffic-shares.ts';
import { localityOf, requestsLocality } from './locality.ts';
import type { Draft, Rule, RuleContext } from './rule.ts';

export const endpointOverload: Rule = {
  id: 'endpoint-overload',
  level: 'warn',
  needs: ['nodes', 'endpoints', 'dataplane: obeys hints'],
  summary: 'A zone with few endpoints and many clients is about to be overloaded',
  why: `With trafficDistribution, a zone's endpoints carry all of that zone's traffic, however few they are; there is no
safeguard. The load is estimated as upstream weighs zones: every client node sends in proportion to its allocatable CPU.
The rule warns if each endpoint of a zone would carry more than twice the mean and the numbers of endpoints per zone
differ by more than one. Milder cases have the level info. A DaemonSet, with one Pod on every node, has the level info
at most. Endpoints that are still starting count.`,
  fix: `Spread the Pods: topologySpreadConstraints on topology.kubernetes.io/zone with maxSkew 1 in the workload. If
zones differ by design, run one workload per zone and scale each by its own load.`,
  example: `apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  selector: { app: web } # five Pods in zone-a, one in zone-b, as many nodes in both
  ports: [{ port: 80 }]
  trafficDistribution: PreferClose
`,
  source: 'k8s.io/endpointslice trafficdist ReconcileHints, v0.37.1',
  options: { threshold: 2 },
  appliesTo: service => requestsLocality(service) && !isInternalLocal(service),
  *check(ctx) {
    const locality = localityOf(ctx.service, ctx.version);
    if (!locality) return;
    const worst = ctx
      .afterRollout()
      .routing.flatMap(port => zonesUnderLoad(port, ctx.clientNodes()))
      .reduce<ZoneLoad | null>((a, b) => (a && a.factor >= b.factor ? a : b), null);
    const draft = worst && overloadDraft(worst, locality.path, ctx);
    if (draft) yield draft;
  },
};

/** The load on the endpoints of one zone. */
interface ZoneLoad {
  readonly zone: string;
  readonly endpoints: number;
  /** Share of all traffic, 0 to 1. */
  readonly share: number;
  /** Load of an endpoint of the zone as a multiple of the mean over all. */
  readonly factor: number;
  /** Largest minus smallest number of endpoints per zone, over zones with clients. */
  readonly spread: number;
  /** Largest number of endpoints per zone minus those in this zone. */
  readonly shortage: number;
  readonly ready: readonly ProxyEndpoint[];
}

function zonesUnderLoad(port: PortRouting, clients: NodeSet): readonly ZoneLoad[] {
  const ready = port.index.ready;
  if (ready.length < 2 || clients.size === 0) return [];
  const { byZone, carried } = internalSharesByZone(port, clients);
  if (carried <= 0) return [];
  const inZones = countByZone(ready);
  const counts = clients.zones.map(zone => inZones.get(zone) ?? 0);
  const most = Math.max(0, ...counts);
  const spread = most - Math.min(most, ...counts);
  return [...inZones].sort(byName).map(([zone, endpoints]) => {
    const share = (byZone.get(zone) ?? 0) / carried;
    // Sums of thirds are inexact; rounding keeps exactly twice the mean from counting as more.
    const factor = Math.round(((share * ready.length) / endpoints) * 1e6) / 1e6;
    return { zone, endpoints, ready, share, factor, spread, shortage: most - endpoints };
  });
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

/** True if this looks like a DaemonSet: one endpoint per node, and no other node accepts Pods. */
function isOnePerNode(ready: readonly ProxyEndpoint[], clients: NodeSet): boolean {
  const taken = new Set(ready.map(endpoint => endpoint.nodeName));
  const open = clients.filter(takesPods);
  return taken.size === ready.length && open.size <= taken.size && open.nodes.every(node => taken.has(node.name));
}

function takesPods({ taints }: Node): boolean {
  return taints.every(taint => taint.effect === 'PreferNoSchedule');
}

function overloadDraft(of: ZoneLoad, path: string, ctx: RuleContext): Draft | null {
  const { zone, endpoints, factor, share } = of;
  const threshold = ctx.options['threshold'] ?? 2;
  if (factor <= Math.min(threshold, MILD_OVERLOAD_FACTOR)) return null;
  const fixed = isOnePerNode(of.ready, ctx.clientNodes());
  const uneven = of.spread > 1 && !fixed;
  // A difference of one endpoint between zones is the best possible spread.
  if (factor <= (uneven ? Math.min(threshold, MILD_OVERLOAD_FACTOR) : threshold)) return null;
  const which = `${endpoints} of ${of.ready.length} endpoints ${pluralForm(endpoints, 'takes', 'take')}`;
  // A better spread helps only a zone that would get endpoints from others.
  const advice =
    of.shortage > 1 && !fixed ? 'spread the pods (topologySpreadConstraints)' : 'scale each zone on its own';
  const message: Draft['message'] = fmt =>
    `${which} about ${Math.round(share * 100)} % of the traffic${fmt.list([zone])}, ${factor.toFixed(1)} x the mean; ${advice}`;
  return {
    message,
    messageOnChange: (fmt, fix) => `with this change ${message(fmt, fix)}`,
    messageOnLoss: (fmt, { cause }) => `after ${cause}, ${message(fmt, null)}`,
    path,
    zones: [zone],
    ...(uneven && factor > threshold ? {} : { maxLevel: 'info' }),
  };
}

/** Load factor above which an uneven spread has the level info. */
const MILD_OVERLOAD_FACTOR = 1.5;
