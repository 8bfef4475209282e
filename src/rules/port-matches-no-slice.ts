import type { Cilium, DataPlane } from '../model/data-plane.ts';
import type { EndpointSlice } from '../model/endpoint-slice.ts';
import { isControllerManaged } from '../model/endpoint-slice.ts';
import type { ServicePort } from '../model/service.ts';
import { isProxied } from '../model/service.ts';
import { hasEndpoints, listedPortKey, listedPorts } from '../topology/listed-ports.ts';
import { targetPort } from '../topology/pod-slices.ts';
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
writes have the names of the Service; a port is missing there if it names a target port that no Pod has. zonewise check and
zonewise audit evaluate the rule for all Services; the webhook only for those that set a traffic field, because the API
server does not send it the others.`,
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
    // Cilium matches ports in its own way; without its replacement of kube-proxy, only ClusterIPs are its own.
    const [byCilium, byName] = [ctx.dataPlanes.filter(isCilium), ctx.dataPlanes.filter(one => !isCilium(one))];
    if (byName.length === 0 && byCilium.every(({ kubeProxyReplacement }) => kubeProxyReplacement)) return;
    let listed: ReadonlySet<string> | null = null;
    for (const port of ctx.routing()) {
      const { family, index, policy } = port;
      const isEmpty = byName.length > 0 && index.all.length === 0;
      const isEmptyOutside = byCilium.length > 0 && policy.accessible;
      if (!isEmpty && !isEmptyOutside) continue;
      listed ??= listedPorts(ctx.predicted().slices);
      if (listed.has(listedPortKey(family, port.port))) continue;
      const slices = ctx.predicted().slices.filter(slice => slice.addressType === family && hasEndpoints(slice));
      // The slices of an IP family may be pending.
      if (slices.length === 0 || !isCertain(ctx, port, slices)) continue;
      return yield {
        message: fmt => messageText(fmt, port.port, { slices, lost: isEmpty ? ALL : LEFT_TO_KUBE_PROXY }),
        path: 'spec.ports',
      };
    }
  },
};

function isCilium(dataPlane: DataPlane): dataPlane is Cilium {
  return dataPlane.kind === 'cilium';
}

/** A slice that the controller manages still has the ports from before the change of the Service or of its workload. */
function isCertain(ctx: RuleContext, { port }: PortRouting, slices: readonly EndpointSlice[]): boolean {
  if (ctx.service.selector === null || !slices.some(isControllerManaged)) return true;
  const willHavePort = ctx.portsOfWorkloads().some(ports => targetPort(port, ports, ctx.version) !== null);
  if (typeof port.targetPort === 'string' && willHavePort) return false;
  const { old, source } = ctx.change;
  if (source === 'cluster') return true;
  return (
    old?.ports.some(
      before => before.name === port.name && before.targetPort === port.targetPort && before.protocol === port.protocol,
    ) ?? false
  );
}

const ALL = 'all its traffic';
const LEFT_TO_KUBE_PROXY = 'its traffic to node ports and external addresses';

interface Mismatch {
  readonly slices: readonly EndpointSlice[];
  readonly lost: string;
}

function messageText(fmt: MessageFormatter, port: ServicePort, { slices, lost }: Mismatch): string {
  const which = port.name === '' ? 'the port without a name' : `port ${fmt.value(port.name)}`;
  if (slices.some(isControllerManaged) && typeof port.targetPort === 'string')
    return `${which}: no Pod has a ${port.protocol} port named ${fmt.value(port.targetPort)}, so ${lost} is rejected; correct targetPort`;
  const [other] = slices.flatMap(slice => slice.ports);
  const listed = other
    ? `a port ${other.name ? `named ${fmt.value(other.name)}` : 'without a name'} (${other.protocol})`
    : 'no port';
  return `${which} (${port.protocol}) is in no EndpointSlice, which ${slices.length === 1 ? 'lists' : 'list'} ${listed}: no endpoint, ${lost} is rejected; use the same name`;
}
