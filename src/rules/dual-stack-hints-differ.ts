import type { IPFamily } from '../model/service.ts';
import { endpointsOfFamily } from '../topology/family-endpoints.ts';
import type { HintsAbsence } from '../topology/hints.ts';
import { describeAbsence } from '../topology/hints-absence.ts';
import { localityOf, requestsLocality } from './locality.ts';
import type { Rule } from './rule.ts';

export const dualStackHintsDiffer: Rule = {
  id: 'dual-stack-hints-differ',
  level: 'info',
  needs: ['nodes', 'endpoints', 'dataplane: obeys hints'],
  summary: 'In dual stack one IP family has hints and the other has none',
  why: `An EndpointSlice holds one IP family, and the EndpointSlice controller decides on hints for each family
separately: topology-mode Auto may find enough endpoints in one family and too few in the other, and custom slices may
carry hints in only one. Whether a client stays in its zone then depends on the address that it resolved.`,
  fix: `Give both families the same endpoints (Pods that have both addresses, custom slices with the same hints), or remove the
cause that the message names.`,
  example: `apiVersion: v1
kind: Service
metadata:
  name: web
  annotations: { service.kubernetes.io/topology-mode: Auto }
spec:
  ipFamilyPolicy: RequireDualStack
  selector: { app: web } # three Pods with an IPv4 address, two of them with an IPv6 address
  ports: [{ port: 80 }]
`,
  source: 'k8s.io/endpointslice reconciler.go reconcileByAddressType, v0.37.1',
  appliesTo: service => requestsLocality(service) && service.ipFamilies.length > 1,
  *check(ctx) {
    const locality = localityOf(ctx.service, ctx.version);
    if (!locality) return;
    const { slices, absentBecause } = ctx.afterRollout();
    const families = ctx.service.ipFamilies.filter(family => endpointsOfFamily(slices, family).length > 0);
    const hinted = families.find(family => !absentBecause.has(family));
    const bare = families.find(family => absentBecause.has(family));
    const absence = bare && absentBecause.get(bare);
    if (!hinted || !bare || !absence) return;
    yield {
      message: () => `${locality.label}: ${messageText(hinted, bare, absence)}`,
      path: locality.path,
    };
  },
};

function messageText(hinted: IPFamily, bare: IPFamily, absence: HintsAbsence): string {
  return (
    `${hinted} has hints, ${bare} has none (${describeAbsence(absence)}), so ${bare} traffic goes to all zones; ` +
    'give both families the same endpoints'
  );
}
