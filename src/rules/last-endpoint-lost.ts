import { isProxied } from '../model/service.ts';
import type { PortRouting } from '../topology/port-routing.ts';
import { forPorts } from './port-names.ts';
import type { MessageFormatter, Rule } from './rule.ts';

export const lastEndpointLost: Rule = {
  id: 'last-endpoint-lost',
  level: 'warn',
  needs: ['workload change', 'slices', 'dataplane: known'],
  summary: 'A change of a workload or of a node takes the last endpoint of a Service',
  why: `A Service without an endpoint rejects all connections, under every traffic policy. The rule covers changes of
workloads and nodes that the webhook sees (POST /validate-workloads): scaling, deletion, eviction, the cordon before a
drain. It reports only what the change brings about: a Service that has no usable endpoint before it is not reported.`,
  fix: `Keep at least one Pod, or two on different nodes and a PodDisruptionBudget if nodes are drained. If the Service is
no longer needed, delete it too.`,
  example: `# kubectl scale deployment web --replicas=0
apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  selector: { app: web }
  ports: [{ port: 80 }]
`,
  source: 'pkg/proxy/nftables/proxier.go syncProxyRules, v1.37.1',
  appliesTo: isProxied,
  *check(ctx) {
    const ports = ctx.routing();
    const empty = ports.filter(isEmpty);
    if (empty.length === 0) return;
    const named = empty.length === ports.length ? [] : empty;
    const port = (fmt: MessageFormatter) => forPorts(fmt, named, ctx.service);
    yield {
      message: fmt => `no endpoint is left${port(fmt)}, all connections are rejected`,
      messageOnLoss: (fmt, { cause }) => `${cause} leaves no endpoint${port(fmt)}, all connections are rejected`,
      path: named.length === 0 ? 'spec.selector' : 'spec.ports',
    };
  },
};

function isEmpty({ index }: PortRouting): boolean {
  return index.ready.length === 0 && index.draining.length === 0;
}
