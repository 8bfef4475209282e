import { isExternalLocal, isProxied } from '../model/service.ts';
import { hasEndpointOnNode } from '../topology/endpoint-index.ts';
import type { OutsideEntrance } from '../topology/entrances.ts';
import { entrancesOf, entryNodes } from '../topology/entrances.ts';
import type { PortLosses } from '../topology/lost-traffic.ts';
import { portLosses } from '../topology/lost-traffic.ts';
import { bypassesNodes } from './balancer-to-pods.ts';
import { lossCount } from './loss-count.ts';
import { forPorts } from './port-names.ts';
import type { Draft, MessageFormatter, Rule, RuleContext } from './rule.ts';

export const externalLocalUncoveredNodes: Rule = {
  id: 'external-local-uncovered-nodes',
  level: 'warn',
  needs: ['nodes', 'endpoints', 'dataplane: known'],
  verifyAgainstPods: true,
  summary: 'externalTrafficPolicy is Local and some nodes have no endpoint',
  why: `With externalTrafficPolicy Local, a node sends outside traffic only to its own endpoints and drops it if it has
none. A Service of type LoadBalancer has a health check port that reports this to the balancer, which then sends nothing
there. Node ports of a NodePort Service and external IPs, also those of a LoadBalancer, have no such port: unless the
sender checks the port on every node, part of the connections time out. The health check covers the Service, not each
port: a node that has Pods for one port passes it and drops the traffic of another, unless the balancer sends to Pods. The rule reports no node ports that
external-dns publishes, which names only nodes with Pods, and none of a Service that selects one Pod by its name, whose
clients connect to that Pod's node.`,
  fix: `Let the balancer check the port on each node (a TCP check of the node port is enough), run the workload on every
node that receives traffic, or use externalTrafficPolicy Cluster if the client's address is not needed. Label nodes that
receive no such traffic with node.kubernetes.io/exclude-from-external-load-balancers.`,
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
  appliesTo: service => isProxied(service) && isExternalLocal(service),
  *check(ctx) {
    const ports = ctx.routing();
    const input = {
      service: ctx.service,
      ports,
      clients: ctx.clientNodes(),
      nodes: ctx.nodes(),
      minor: ctx.version.minor,
    };
    const entrances = new Set(ports.flatMap(port => entrancesOf(ctx.service, port)));
    const entries = [...entrances].map(entrance => ({ entrance, ...entryNodes(entrance, input) }));
    // If every target of a balancer fails the health check, no endpoint is ready or load-balancer-excludes-endpoints reports it.
    const reported = entries.filter(
      ({ entrance, knownBy }) => entrance !== 'LoadBalancer' || (knownBy !== null && !bypassesNodes(ctx.service)),
    );
    // Node ports and external IPs that enter at the same nodes are reported together.
    for (const [nodes, together] of Map.groupBy(reported, ({ sending }) => sending)) {
      const open = together.map(({ entrance }) => entrance);
      const known = ports.filter(
        port => hasEndpointOnNode(port.index) && entrancesOf(ctx.service, port).some(one => open.includes(one)),
      );
      const losses = portLosses({ trafficClass: 'external', entrances: open }, known, nodes);
      if (losses.nodes.length > 0) yield draftOf(ctx, losses, { of: nodes.size, entrances: open });
    }
  },
};

interface Entered {
  readonly of: number;
  readonly entrances: readonly OutsideEntrance[];
}

function draftOf(ctx: RuleContext, { nodes, ports }: PortLosses, { of, entrances }: Entered): Draft {
  const where = entryPointNames(entrances);
  const count = `${nodes.length} of ${of} nodes`;
  const [haveNo, drop] = nodes.length === 1 ? ['has no', 'drops'] : ['have no', 'drop'];
  const port = (fmt: MessageFormatter) => forPorts(fmt, ports, ctx.service);
  const advice = entrances.includes('LoadBalancer')
    ? 'the health check cannot tell: run the pods of all ports together'
    : 'have your balancer check the port';
  return {
    message: fmt =>
      `externalTrafficPolicy Local: ${count} ${haveNo} endpoint${port(fmt)}${fmt.list(nodes)} and ${drop} outside traffic to ${where}; ${advice}`,
    messageOnChange: fmt =>
      `this change makes ${count} drop outside traffic to ${where}${port(fmt)}${fmt.list(nodes)}: externalTrafficPolicy Local, no endpoint there; ${advice}`,
    messageOnLoss: (fmt, loss) =>
      `${loss.cause} makes ${lossCount(loss, loss.nodes.length, of)} nodes drop outside traffic to ${where}${port(fmt)}${fmt.list(loss.nodes)}: externalTrafficPolicy Local, no endpoint there`,
    path: 'spec.externalTrafficPolicy',
    nodes,
  };
}

const ENTRY_POINTS: Readonly<Record<OutsideEntrance, string>> = {
  LoadBalancer: 'the load balancer',
  NodePort: 'node ports',
  ExternalIP: 'external IPs',
};

export function entryPointNames(entrances: readonly OutsideEntrance[]): string {
  return entrances.map(entrance => ENTRY_POINTS[entrance]).join(' and ');
}
