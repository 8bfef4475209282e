import { isInternalLocal } from '../model/service.ts';
import { profileOf } from '../topology/data-planes/index.ts';
import { localityOf, requestsLocality } from './locality.ts';
import type { Rule } from './rule.ts';

export const dataplaneIgnoresHints: Rule = {
  id: 'dataplane-ignores-hints',
  level: 'warn',
  needs: ['dataplane: known'],
  summary: "This cluster's data plane does not read EndpointSlice hints for the Service",
  why: `trafficDistribution and topology-mode become hints on EndpointSlices, which the data plane must obey. Cilium as
the kube-proxy replacement obeys them only with loadBalancer.serviceTopology=true, and for no traffic class if the
Service has internalTrafficPolicy Local. The rule reports nothing if the data plane is not known for certain.`,
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
  source: 'cilium: install/kubernetes/cilium values loadBalancer.serviceTopology, pkg/loadbalancer (1.16 to 1.18)',
  appliesTo: requestsLocality,
  *check({ service, dataPlanes, version }) {
    const locality = localityOf(service, version);
    const dataPlane = dataPlanes.find(each => profileOf(each).obeysHints(service, each) === false);
    if (!locality || dataPlane?.kind !== 'cilium') return;
    const missing = [
      dataPlane.serviceTopology ? [] : 'loadBalancer.serviceTopology=true',
      isInternalLocal(service) ? 'internalTrafficPolicy Cluster' : [],
    ].flat();
    yield {
      // A service mesh may read the field, so the message covers Cilium only.
      message: () => `Cilium ignores ${locality.label}: it obeys hints only with ${missing.join(' and ')}`,
      path: locality.path,
    };
  },
};
