import type { NameList } from '../model/finding.ts';
import type { Node } from '../model/node.ts';
import { pluralForm } from '../model/plural.ts';
import { isExternalLocal, isInternalLocal, isProxied } from '../model/service.ts';
import { profileOf } from '../topology/data-planes/index.ts';
import { isLoadBalancerTarget } from '../topology/load-balancer-nodes.ts';
import type { NodeSelection } from '../topology/node-selection.ts';
import { selectNodes } from '../topology/node-selection.ts';
import type { NodeSet } from '../topology/node-set.ts';
import type { PortRouting } from '../topology/port-routing.ts';
import type { TrafficClass, VerdictReason } from '../topology/route.ts';
import type { Draft, Rule, RuleContext } from './rule.ts';

export const ipvsLocalFallsBack: Rule = {
  id: 'ipvs-local-falls-back',
  level: 'info',
  needs: ['nodes', 'endpoints', 'dataplane: known'],
  summary: 'In IPVS mode a Local policy falls back to other nodes if a node has no endpoint',
  why: `kube-proxy in IPVS mode keeps one virtual server for each address. If a Local policy finds no endpoint on the
node, kube-proxy uses all endpoints of the cluster for ports that are reachable from outside; a plain ClusterIP has no
such set and loses its traffic, as with iptables and nftables. So a Pod's traffic leaves the node despite
internalTrafficPolicy Local. With externalTrafficPolicy Local, outside traffic is forwarded with the client's address,
the endpoint answers the client directly, and the answer is discarded. Balancers with a health check port exclude such
nodes.`,
  fix: `Run the workload on every node (a DaemonSet), let the balancer check the port on each node, or use the Cluster
policy. Do this before you move from IPVS to nftables, where the same traffic is dropped.`,
  example: `# on a cluster where kube-proxy runs in IPVS mode
apiVersion: v1
kind: Service
metadata: { name: agent }
spec:
  type: NodePort
  selector: { app: agent } # its Pods run on some of the nodes
  ports: [{ port: 4317 }]
  internalTrafficPolicy: Local
`,
  source: 'pkg/proxy/ipvs/proxier.go syncEndpoint, v1.37.1',
  appliesTo: service => isProxied(service) && (isInternalLocal(service) || isExternalLocal(service)),
  *check(ctx) {
    if (!ctx.dataPlanes.some(dataPlane => profileOf(dataPlane).localFallsBack(dataPlane))) return;
    const clients = ctx.clientNodes();
    const inside = nodesUsingFallback(ctx, clients, { trafficClass: 'internal', reason: 'ipvs-falls-back-to-cluster' });
    if (inside.length > 0) yield insideDraft(inside, clients.size);
    // A balancer that uses the health check port sends nothing to such nodes.
    if (ctx.service.healthCheckNodePort !== 0) return;
    const receivers = clients.filter(isLoadBalancerTarget(ctx.version.minor));
    const outside = nodesUsingFallback(ctx, receivers, { trafficClass: 'external', reason: 'ipvs-reply-is-lost' });
    if (outside.length > 0) yield outsideDraft(outside, receivers.size);
  },
};

interface FallbackCase {
  readonly trafficClass: TrafficClass;
  readonly reason: VerdictReason;
}

function nodesUsingFallback(ctx: RuleContext, nodes: NodeSet, { trafficClass, reason }: FallbackCase): NodeSelection {
  const falls = (port: PortRouting, node: Node) => port.route(trafficClass, node)?.reason === reason;
  const { routing } = ctx.afterRollout();
  const nodeLists = routing.map(port => port.index.nodeNames);
  return selectNodes(nodes, nodeLists, node => routing.some(port => falls(port, node)));
}

function insideDraft(names: NameList, of: number): Draft {
  return {
    message: fmt =>
      `internalTrafficPolicy Local: ${uncovered(names, of)}${fmt.list(names)}; IPVS sends ${pluralForm(names.length, 'its', 'their')} pods' ` +
      'traffic to other nodes; run it as a DaemonSet or use Cluster',
    path: 'spec.internalTrafficPolicy',
    nodes: names,
  };
}

function outsideDraft(names: NameList, of: number): Draft {
  return {
    message: fmt =>
      `externalTrafficPolicy Local: ${uncovered(names, of)}${fmt.list(names)}; IPVS sends outside traffic ` +
      'on to other nodes and the replies are lost; run it as a DaemonSet or use Cluster',
    path: 'spec.externalTrafficPolicy',
    nodes: names,
  };
}

function uncovered(names: NameList, of: number): string {
  return `${names.length} of ${of} nodes ${pluralForm(names.length, 'has', 'have')} no endpoint`;
}
