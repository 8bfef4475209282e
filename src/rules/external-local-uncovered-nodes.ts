import type { Node } from '../model/node.ts';
import type { Service } from '../model/service.ts';
import { isExternalLocal, isProxied } from '../model/service.ts';
import { EXCLUDE_BALANCERS_LABEL } from '../topology/balancer-nodes.ts';
import { coverage } from '../topology/coverage.ts';
import type { Rule } from './rule.ts';

export const externalLocalUncoveredNodes: Rule = {
  id: 'external-local-uncovered-nodes',
  level: 'warn',
  needs: ['nodes', 'endpoints', 'dataplane: known'],
  confirmedByPods: true,
  summary: 'externalTrafficPolicy is Local and some nodes have no endpoint',
  why: `With externalTrafficPolicy Local a node answers outside traffic only with its own endpoints, and drops it where it
has none. A Service of type LoadBalancer has a health check port that tells the balancer so, and is left alone here.
NodePort Services and external IPs have none: unless whatever sends the traffic checks the port on every node, part of the
connections time out.`,
  fix: `Let the balancer check the port on each node (a TCP check of the node port will do), run the workload on every node
that receives traffic, or use externalTrafficPolicy Cluster where the client's address is not needed. Nodes that receive
none can carry the label node.kubernetes.io/exclude-from-external-load-balancers.`,
  example: `apiVersion: v1
kind: Service
metadata: { name: edge }
spec:
  type: NodePort
  selector: { app: edge } # its Pods run on some of the nodes
  ports: [{ port: 443 }]
  externalTrafficPolicy: Local
`,
  source: 'pkg/proxy/topology.go CategorizeEndpoints, v1.37.1',
  appliesTo: service => isProxied(service) && isExternalLocal(service) && service.healthCheckNodePort === 0,
  *check(ctx) {
    const receivers = ctx.clients().filter(node => !(EXCLUDE_BALANCERS_LABEL in node.labels));
    const covered = coverage(ctx.prospect().slices, receivers);
    if (covered.endpoints === covered.withoutNode) return;
    const dropping = covered.uncovered.filter(node => drops(ctx.reach(), node));
    if (dropping.length === 0) return;
    const names = dropping.map(node => node.name);
    const of = `${names.length} of ${receivers.length} nodes`;
    const where = entrance(ctx.service);
    const [haveNo, drop] = names.length === 1 ? ['has no', 'drops'] : ['have no', 'drop'];
    yield {
      message: say =>
        `externalTrafficPolicy Local: ${of} ${haveNo} endpoint${say.list(names)} and ${drop} outside traffic to ${where}; have your balancer check the port`,
      messageOnChange: say =>
        `this change makes ${of} drop outside traffic to ${where}${say.list(names)}: externalTrafficPolicy Local, no endpoint there; have your balancer check the port`,
      path: 'spec.externalTrafficPolicy',
      nodes: names,
    };
  },
};

function drops(
  ports: readonly { route(c: 'external', node: Node): { verdict: string } | null }[],
  node: Node,
): boolean {
  return ports.some(port => {
    const route = port.route('external', node);
    return route !== null && route.verdict !== 'forward';
  });
}

function entrance(service: Service): string {
  if (service.ports.every(port => port.nodePort === 0)) return 'external IPs';
  return service.externalIPs.length > 0 ? 'node ports and external IPs' : 'node ports';
}
