import type { Node } from '../model/node.ts';
import { isInternalLocal, isProxied } from '../model/service.ts';
import { hintsHeuristic } from '../topology/hints.ts';
import { internalLoad } from '../topology/load.ts';
import type { ProxyEndpoint } from '../topology/proxy-endpoint.ts';
import type { PortReach } from '../topology/reach.ts';
import type { Draft, Rule, RuleContext } from './rule.ts';

export const endpointOverload: Rule = {
  id: 'endpoint-overload',
  level: 'warn',
  needs: ['nodes', 'endpoints', 'dataplane: obeys hints'],
  summary: 'A zone with few endpoints and many clients is about to be overloaded',
  why: `With trafficDistribution a zone's endpoints carry all of that zone's traffic, however few they are; nothing guards
against it. The load is estimated as upstream weighs zones: every client node sends in proportion to its allocatable CPU.
The rule warns where an endpoint would carry more than twice the mean and the endpoints could be spread better, that is,
their numbers per zone differ by more than one. Milder cases are a note. Endpoints that are still starting count.`,
  fix: `Spread the Pods: topologySpreadConstraints on topology.kubernetes.io/zone with maxSkew 1 in the workload. Where zones
differ by design, run a workload per zone and scale each by its own load.`,
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
  appliesTo: service => isProxied(service) && !isInternalLocal(service),
  *check(ctx) {
    if (hintsHeuristic(ctx.service, ctx.version) === null) return;
    const worst = ctx
      .settled()
      .reach.map(port => hottestZone(port, ctx.clients()))
      .filter(zone => zone !== null)
      .reduce<HotZone | null>((a, b) => (a && a.factor >= b.factor ? a : b), null);
    const draft = worst && statement(worst, ctx);
    if (draft) yield draft;
  },
};

interface HotZone {
  readonly zone: string;
  readonly endpoints: number;
  /** Load of the zone's busiest endpoint as a multiple of the mean. */
  readonly factor: number;
  /** Share of all traffic that the zone's endpoints carry. */
  readonly share: number;
  /** Endpoints in the zone that has most less those in the zone that has fewest, zones without clients left out. */
  readonly spread: number;
}

function hottestZone(port: PortReach, clients: readonly Node[]): HotZone | null {
  const ready = port.index.ready;
  if (ready.length < 2 || clients.length === 0) return null;
  const { byEndpoint } = internalLoad(port, clients);
  const [busiest] = [...byEndpoint].toSorted((a, b) => b[1] - a[1]);
  const zone = busiest?.[0].zone;
  if (!busiest || zone === null || zone === undefined) return null;
  const total = [...byEndpoint.values()].reduce((sum, load) => sum + load, 0);
  const own = ready.filter(endpoint => endpoint.zone === zone);
  const share = own.reduce((sum, endpoint) => sum + (byEndpoint.get(endpoint) ?? 0), 0) / total;
  const factor = (busiest[1] / total) * ready.length;
  return { zone, endpoints: own.length, factor, share, spread: spreadOf(ready, clients) };
}

function spreadOf(ready: readonly ProxyEndpoint[], clients: readonly Node[]): number {
  const zones = [...new Set(clients.map(node => node.zone).filter(zone => zone !== null))];
  const counts = zones.map(zone => ready.filter(endpoint => endpoint.zone === zone).length);
  return Math.max(0, ...counts) - Math.min(...counts);
}

function statement({ zone, endpoints, factor, share, spread }: HotZone, ctx: RuleContext): Draft | null {
  const threshold = ctx.options['threshold'] ?? 2;
  const uneven = spread > 1;
  // One endpoint more or less in a zone is as well spread as it can be.
  if (factor <= (uneven ? Math.min(threshold, MILD) : threshold)) return null;
  const percent = `${Math.round(share * 100)} %`;
  const plural = endpoints === 1 ? 'endpoint takes' : 'endpoints take';
  return {
    message: say =>
      `zone${say.list([zone])}: ${endpoints} ${plural} ${percent} of the traffic, ${factor.toFixed(1)} x the mean per endpoint; ` +
      (uneven ? 'spread the pods over zones (topologySpreadConstraints)' : 'scale it by zone'),
    path: 'spec.trafficDistribution',
    zones: [zone],
    ...(uneven && factor > threshold ? {} : { atMost: 'info' }),
  };
}

/** Worth a note where the spread could be better. */
const MILD = 1.5;
