import { isControllerManaged } from '../model/endpoint-slice.ts';
import { plural, pluralForm } from '../model/plural.ts';
import { localityOf, requestsLocality } from './locality.ts';
import type { MessageFormatter, Rule } from './rule.ts';

export const hintsNotManaged: Rule = {
  id: 'hints-not-managed',
  level: 'info',
  needs: ['endpoints', 'dataplane: obeys hints'],
  supersededBy: ['zone-hints-blocked'],
  summary: 'The Service requests hints that no controller writes on its EndpointSlices',
  why: `trafficDistribution and topology-mode are read by the EndpointSlice controller, which writes hints only on the
slices that it manages for a Service with a selector. Slices written by hand, by an operator or by the mirroring of
Endpoints objects keep the hints that they have. If they have none, kube-proxy uses all endpoints and the field has no
effect.`,
  fix: 'Write hints (forZones, forNodes) into the slices, or remove the field.',
  example: `apiVersion: v1
kind: Service
metadata: { name: legacy-db } # its EndpointSlice is written by hand, without hints
spec:
  ports: [{ port: 5432 }]
  trafficDistribution: PreferClose
`,
  source: 'k8s.io/endpointslice reconciler.go reconcileByAddressType, v0.37.1',
  appliesTo: requestsLocality,
  *check(ctx) {
    const locality = localityOf(ctx.service, ctx.version);
    if (!locality) return;
    const used = ctx
      .predicted()
      .slices.filter(slice => slice.proxied && ctx.service.ipFamilies.some(family => family === slice.addressType));
    if (ctx.service.selector !== null && used.some(isControllerManaged)) return;
    const ready = used.flatMap(slice => slice.endpoints).filter(endpoint => endpoint.ready !== false);
    const withoutZones = ready.filter(({ hints }) => (hints?.zones.length ?? 0) === 0);
    const withoutNodes = ready.filter(({ hints }) => (hints?.nodes.length ?? 0) === 0);
    // A hint for the zone is the fallback of PreferSameNode.
    const usesNodes = locality.kind === 'same-node' && withoutNodes.length <= withoutZones.length;
    const [without, target] = usesNodes ? [withoutNodes, 'node'] : [withoutZones, 'zone'];
    if (without.length === 0) return;
    const whose =
      ctx.service.selector === null
        ? 'the Service has no selector, so the EndpointSlice controller writes no hints'
        : 'the EndpointSlice controller manages none of the slices';
    const manager = used.find(({ managedBy }) => managedBy !== '')?.managedBy;
    const by = (fmt: MessageFormatter) => (manager === undefined ? '' : ` of ${fmt.value(manager)}`);
    yield {
      message: fmt =>
        `${locality.label} ${without.length === ready.length ? 'has no effect' : `steers to no ${target}`}: ${whose}, and ` +
        `${without.length} of ${plural(ready.length, 'ready endpoint')}${by(fmt)} ${pluralForm(without.length, 'has', 'have')} no ${target} hint; write hints there`,
      path: locality.path,
    };
  },
};
