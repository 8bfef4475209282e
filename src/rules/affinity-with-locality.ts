import { localityOf, requestsLocality } from './locality.ts';
import type { Rule } from './rule.ts';

export const affinityWithLocality: Rule = {
  id: 'affinity-with-locality',
  level: 'info',
  needs: ['dataplane: obeys hints'],
  supersededBy: ['locality-without-zones'],
  summary: 'sessionAffinity ClientIP works within a zone only, and no longer than the hints',
  why: `Client affinity holds within the set of endpoints that the hints select. That set is small in each zone, so a
few clients with much traffic (gateways, NAT) can overload their zone while other zones are idle. When the set changes,
because hints appear or disappear or a zone loses its last endpoint, all clients are reassigned: the affinity breaks for
every client, not only for those whose endpoint was removed.`,
  fix: `Choose one: without sessionAffinity, a zone's traffic is balanced over its endpoints; without the zone
preference, affinity lasts as long as the endpoint. Keep sessions that must not break in a store that all Pods share.`,
  example: `apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  selector: { app: web }
  ports: [{ port: 80 }]
  sessionAffinity: ClientIP
  trafficDistribution: PreferClose
`,
  source: 'pkg/proxy/topology.go CategorizeEndpoints, pkg/proxy/nftables/proxier.go syncProxyRules, v1.37.1',
  appliesTo: service => service.sessionAffinity === 'ClientIP' && requestsLocality(service),
  *check({ service, version }) {
    const locality = localityOf(service, version);
    if (!locality) return;
    const [where, when] = locality.kind === 'same-node' ? ['node or zone', 'node'] : ['zone', 'zone'];
    yield {
      message: () =>
        `sessionAffinity ClientIP with ${locality.label}: a few large clients can overload their ${where}, ` +
        `and sessions move when the ${when} falls back; keep one of the two`,
      path: 'spec.sessionAffinity',
    };
  },
};
