import type { Cilium } from '../model/data-plane.ts';
import type { Service } from '../model/service.ts';
import { isExternalLocal, isInternalLocal } from '../model/service.ts';
import { profileOf } from '../topology/data-planes/index.ts';
import { localityOf, requestsLocality } from './locality.ts';
import type { Rule } from './rule.ts';

export const dataplaneIgnoresHints: Rule = {
  id: 'dataplane-ignores-hints',
  level: 'warn',
  needs: ['dataplane: known'],
  summary: "This cluster's data plane does not read EndpointSlice hints for the Service",
  why: `trafficDistribution and topology-mode become hints on EndpointSlices, which the data plane must obey. Cilium as
obeys them only with loadBalancer.serviceTopology=true, and for no traffic class if the Service has
internalTrafficPolicy Local (1.17: either Local policy). Cilium 1.18 and 1.19 know PreferClose alone: PreferSameZone
and PreferSameNode have no effect there. The rule reports nothing if the data plane is not known for certain.`,
  fix: `Set loadBalancer.serviceTopology=true in Cilium, and leave internalTrafficPolicy at Cluster. Keep the field if a
service mesh reads it.`,
  example: `# checked with --dataplane cilium
apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  selector: { app: web }
  ports: [{ port: 80 }]
  trafficDistribution: PreferClose
`,
  source: 'cilium: pkg/loadbalancer/reflectors conversions.go, v1.18.4 and v1.20.2; pkg/k8s/service_cache.go, v1.17.6',
  appliesTo: requestsLocality,
  *check({ service, dataPlanes, version }) {
    const locality = localityOf(service, version);
    const dataPlane = dataPlanes.find(each => profileOf(each).obeysHints(service, each) === false);
    if (!locality || dataPlane?.kind !== 'cilium') return;
    yield {
      // A service mesh may read the field, so the message covers Cilium only.
      message: (_fmt, fix) =>
        `Cilium ignores ${locality.label}: ${reasonOf(service, dataPlane)}${fix ? `; ${fix.description}` : ''}`,
      path: locality.path,
      fixes: [
        {
          description: 'set trafficDistribution to PreferClose',
          edits: [{ path: ['spec', 'trafficDistribution'], value: 'PreferClose' }],
        },
      ],
    };
  },
};

function reasonOf(service: Service, { serviceTopology, version }: Cilium): string {
  const missing = [
    serviceTopology ? [] : 'loadBalancer.serviceTopology=true',
    isInternalLocal(service) ? 'internalTrafficPolicy Cluster' : [],
    version.minor <= 17 && isExternalLocal(service) ? 'externalTrafficPolicy Cluster' : [],
  ].flat();
  if (missing.length > 0) return `it obeys hints only with ${missing.join(' and ')}`;
  return `${version.major}.${version.minor} does not know the value`;
}
