import type { Fix } from '../model/finding.ts';
import { isInternalLocal, isProxied } from '../model/service.ts';
import { hasEndpointOnNode } from '../topology/endpoint-index.ts';
import type { EnteringTraffic } from '../topology/lost-traffic.ts';
import { portLosses } from '../topology/lost-traffic.ts';
import { lossCount } from './loss-count.ts';
import { forPorts } from './port-names.ts';
import { preferSameNodeFixes } from './prefer-same-node.ts';
import type { MessageFormatter, Rule } from './rule.ts';

export const localPolicyUncoveredNodes: Rule = {
  id: 'local-policy-uncovered-nodes',
  level: 'warn',
  needs: ['nodes', 'endpoints', 'dataplane: known'],
  verifyAgainstPods: true,
  summary: 'internalTrafficPolicy is Local and some nodes have no endpoint',
  why: `With internalTrafficPolicy Local, kube-proxy sends a Pod's traffic only to endpoints on the Pod's own node and
drops it if the node has none, even if other nodes have many. Connections then time out on some nodes and work on
others. Each port counts for itself: a named target port that the Pods of a node lack has no endpoint there. Nodes where the endpoint is still starting, nodes younger than a minute, control planes, nodes about to be
removed and virtual nodes are not counted.`,
  fix: `With trafficDistribution: PreferSameNode (1.34 and later) and internalTrafficPolicy Cluster, traffic stays on a
node that has an endpoint and falls back elsewhere. Otherwise run the workload as a DaemonSet that tolerates the taints
of the nodes named. If only some nodes have clients, declare them in the configuration (clientNodes.selector) or, below
level deny, on the Service: zonewise.dev/client-nodes: "pool=web".`,
  example: `apiVersion: v1
kind: Service
metadata: { name: agent }
spec:
  selector: { app: agent } # its Pods run on some of the nodes
  ports: [{ port: 4317 }]
  internalTrafficPolicy: Local
`,
  source: 'pkg/proxy/topology.go CategorizeEndpoints, v1.37.1',
  appliesTo: service => isProxied(service) && isInternalLocal(service),
  *check(ctx) {
    const clients = ctx.clientNodes();
    // A port without endpoints (a pending IP family, a named target port whose number is unknown) has unknown routes.
    const known = ctx.routing().filter(({ index }) => hasEndpointOnNode(index));
    const { nodes: names, ports } = portLosses(CLUSTER_IP, known, clients);
    if (names.length === 0) return;
    const of = `${names.length} of ${clients.size} nodes`;
    const one = names.length === 1;
    const port = (fmt: MessageFormatter) => forPorts(fmt, ports, ctx.service);
    const advice = (fix: Fix | null) =>
      fix ? '; trafficDistribution PreferSameNode falls back' : '; run it as a DaemonSet or use Cluster';
    yield {
      message: (fmt, fix) =>
        `internalTrafficPolicy Local: ${of} ${one ? 'has' : 'have'} no endpoint${port(fmt)}${fmt.list(names)}, ${one ? 'its' : 'their'} pods' traffic is dropped${advice(fix)}`,
      messageOnChange: (fmt, fix) =>
        `this change makes ${of} lose traffic${port(fmt)}${fmt.list(names)}: internalTrafficPolicy Local, no endpoint there${advice(fix)}`,
      messageOnLoss: (fmt, loss) =>
        `${loss.cause} makes ${lossCount(loss, loss.nodes.length, clients.size)} nodes lose traffic${port(fmt)}${fmt.list(loss.nodes)}: internalTrafficPolicy Local, no endpoint there`,
      path: 'spec.internalTrafficPolicy',
      nodes: names,
      fixes: preferSameNodeFixes(ctx.service, ctx.version),
    };
  },
};

const CLUSTER_IP: EnteringTraffic = { trafficClass: 'internal', entrances: ['ClusterIP'] };
