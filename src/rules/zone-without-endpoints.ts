import { pluralForm } from '../model/plural.ts';
import { nodesFallingBack } from '../topology/hint-fallback.ts';
import { localityOf, requestsLocality } from './locality.ts';
import { lossCount } from './loss-count.ts';
import type { Rule } from './rule.ts';

export const zoneWithoutEndpoints: Rule = {
  id: 'zone-without-endpoints',
  level: 'info',
  levelOnLoss: 'warn',
  needs: ['nodes', 'endpoints', 'dataplane: obeys hints'],
  supersededBy: ['hints-not-programmed'],
  summary: 'A zone has clients and no endpoint: its traffic goes to all zones',
  why: `kube-proxy prefers a zone only if an endpoint has a hint for it. A node whose zone has none uses all endpoints
of the cluster, not those of the nearest other zone: its traffic crosses zones, is billed for it, and adds to what those
endpoints get from their own zone. Endpoints that are still starting count as present.`,
  fix: `Spread the Pods over zones: topologySpreadConstraints on topology.kubernetes.io/zone, and at least one Pod per
zone.`,
  example: `apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  selector: { app: web } # Pods in two of three zones
  ports: [{ port: 80 }]
  trafficDistribution: PreferClose
`,
  source: 'pkg/proxy/topology.go topologyModeFromHints, v1.37.1',
  appliesTo: requestsLocality,
  *check(ctx) {
    const locality = localityOf(ctx.service, ctx.version);
    if (!locality) return;
    const clients = ctx.clientNodes();
    const { zones } = nodesFallingBack('no-hint-for-zone', ctx.afterRollout().routing, clients);
    if (zones.length === 0) return;
    const of = `${zones.length} of ${clients.zones.length} zones ${pluralForm(zones.length, 'has', 'have')}`;
    yield {
      message: fmt =>
        `${locality.label}: ${of} no endpoint${fmt.list(zones)}, ` +
        `${pluralForm(zones.length, 'its', 'their')} traffic goes to all zones; spread the pods over zones (topologySpreadConstraints)`,
      messageOnLoss: (fmt, loss) =>
        `${loss.cause} leaves ${lossCount(loss, loss.zones.length, clients.zones.length)} zones without an endpoint${fmt.list(loss.zones)}: ` +
        `${locality.label} sends ${pluralForm(loss.zones.length, 'its', 'their')} traffic to all zones`,
      path: locality.path,
      zones,
    };
  },
};
