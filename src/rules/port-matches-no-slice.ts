import type { EndpointSlice } from '../model/endpoint-slice.ts';
import { isControllerManaged } from '../model/endpoint-slice.ts';
import type { ServicePort } from '../model/service.ts';
import { isProxied } from '../model/service.ts';
import type { PortRouting } from '../topology/port-routing.ts';
import type { MessageFormatter, Rule, RuleContext } from './rule.ts';

export const portMatchesNoSlice: Rule = {
  id: 'port-matches-no-slice',
  level: 'warn',
  needs: ['endpoints', 'dataplane: known'],
  summary: 'A port of the Service is in none of its EndpointSlices',
  why: `kube-proxy finds the endpoints of a Service port by the name and the protocol that the EndpointSlice lists, not by
its number. A Service whose port has no name needs a slice whose port has none either. If they differ, the port has no
endpoint and every node rejects its traffic, although the slice is full of ready endpoints. Slices that the controller
writes have the names of the Service; a port is missing there if it names a target port that no Pod has.`,
  fix: 'Give the port of the slice the name and protocol of the Service port, or name a target port that the Pods have.',
  example: `apiVersion: v1
kind: Service
metadata: { name: legacy-db } # the EndpointSlice, written by hand, calls its port "postgres"
spec:
  ports: [{ port: 5432 }]
`,
  source: 'pkg/proxy/endpointslicecache.go standardEndpointInfo, v1.37.1',
  // The controller gives its slices the names of the Service, and numbered target ports to all Pods.
  appliesTo: service =>
    isProxied(service) &&
    (service.selector === null || service.ports.some(({ targetPort }) => typeof targetPort === 'string')),
  *check(ctx) {
    // Cilium matches ports in its own way.
    if (ctx.dataPlanes.some(({ kind }) => kind === 'cilium')) return;
    for (const port of ctx.routing()) {
      if (port.index.all.length > 0) continue;
      const slices = ctx
        .predicted()
        .slices.filter(
          ({ proxied, addressType, endpoints }) => proxied && addressType === port.family && endpoints.length > 0,
        );
      // The slices of an IP family may be pending.
      if (slices.length === 0 || !isCertain(ctx, port, slices)) continue;
      return yield {
        message: fmt => messageText(fmt, port.port, slices),
        path: 'spec.ports',
      };
    }
  },
};

/** A slice that the controller manages still has the ports from before the change. */
function isCertain(ctx: RuleContext, { port }: PortRouting, slices: readonly EndpointSlice[]): boolean {
  if (ctx.service.selector === null || !slices.some(isControllerManaged)) return true;
  const { old, source } = ctx.change;
  if (source === 'cluster') return true;
  return (
    old?.ports.some(
      before => before.name === port.name && before.targetPort === port.targetPort && before.protocol === port.protocol,
    ) ?? false
  );
}

function messageText(fmt: MessageFormatter, port: ServicePort, slices: readonly EndpointSlice[]): string {
  const which = port.name === '' ? 'the port without a name' : `port ${fmt.value(port.name)}`;
  if (slices.some(isControllerManaged) && typeof port.targetPort === 'string')
    return `${which}: no Pod has a port named ${fmt.value(port.targetPort)}, so all its traffic is rejected; correct targetPort`;
  const [other] = slices.flatMap(slice => slice.ports);
  const listed = other
    ? `a port ${other.name ? `named ${fmt.value(other.name)}` : 'without a name'} (${other.protocol})`
    : 'no port';
  return `${which} (${port.protocol}) is in no EndpointSlice, which ${slices.length === 1 ? 'lists' : 'list'} ${listed}: no endpoint, all its traffic is rejected; use the same name`;
}
