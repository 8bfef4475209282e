import { isInternalLocal } from '../model/service.ts';
import { dataPlaneObeysHints } from '../topology/port-routing.ts';
import { asksForLocality, localityOf } from './locality.ts';
import type { Rule } from './rule.ts';

export const dataplaneIgnoresHints: Rule = {
  id: 'dataplane-ignores-hints',
  level: 'warn',
  needs: ['dataplane: known'],
  summary: "This cluster's data plane does not read EndpointSlice hints for the Service",
  why: `trafficDistribution and topology-mode end up as hints on EndpointSlices, and somebody must obey them. Cilium in
place of kube-proxy does so only with loadBalancer.serviceTopology=true, and for no class of traffic once the Service has
internalTrafficPolicy Local. Nothing is said where the data plane is not known for certain.`,
  fix: `Set loadBalancer.serviceTopology=true in Cilium, and leave internalTrafficPolicy at Cluster. A field that a service mesh
reads for itself may stay.`,
  example: `# checked with --dataplane cilium
apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  selector: { app: web }
  ports: [{ port: 80 }]
  trafficDistribution: PreferClose
`,
  source: 'cilium: install/kubernetes/cilium values loadBalancer.serviceTopology, pkg/loadbalancer (1.16 to 1.18)',
  appliesTo: asksForLocality,
  *check({ service, dataPlane, version }) {
    const locality = localityOf(service, version);
    if (!locality || dataPlaneObeysHints(dataPlane, service)) return;
    const missing = [
      dataPlane.serviceTopology ? [] : 'loadBalancer.serviceTopology=true',
      isInternalLocal(service) ? 'internalTrafficPolicy Cluster' : [],
    ].flat();
    yield {
      // A service mesh may read the field for itself: only Cilium is spoken of.
      message: () => `Cilium ignores ${locality.label}: it obeys hints only with ${missing.join(' and ')}`,
      path: locality.path,
    };
  },
};
