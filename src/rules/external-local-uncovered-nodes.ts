import type { Service } from '../model/service.ts';
import { isExternalLocal, isProxied } from '../model/service.ts';
import type { Coverage } from '../topology/coverage.ts';
import { mayReceiveExternalTraffic } from '../topology/load-balancer-nodes.ts';
import { losesTraffic } from '../topology/lost-traffic.ts';
import type { NodeSelection } from '../topology/node-selection.ts';
import { selectNodes } from '../topology/node-selection.ts';
import type { NodeSet } from '../topology/node-set.ts';
import type { PortRouting } from '../topology/port-routing.ts';
import type { Rule } from './rule.ts';

export const externalLocalUncoveredNodes: Rule = {
  id: 'external-local-uncovered-nodes',
  level: 'warn',
  needs: ['nodes', 'endpoints', 'dataplane: known'],
  verifyAgainstPods: true,
  summary: 'externalTrafficPolicy is Local and some nodes have no endpoint',
  why: `With externalTrafficPolicy Local, a node sends outside traffic only to its own endpoints and drops it if it has
none. A Service of type LoadBalancer has a health check port that reports this to the balancer, so the rule does not
cover it. NodePort Services and external IPs have no such port: unless the sender checks the port on every node, part of
the connections time out.`,
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
  appliesTo: service => isProxied(service) && isExternalLocal(service) && service.healthCheckNodePort === 0,
  *check(ctx) {
    const receivers = ctx.clientNodes().filter(mayReceiveExternalTraffic);
    const covered = ctx.predicted().endpoints.coverage;
    if (covered.endpoints === covered.withoutNode) return;
    const names = nodesDroppingTraffic(ctx.routing(), covered, receivers);
    if (names.length === 0) return;
    const of = `${names.length} of ${receivers.size} nodes`;
    const where = entryPointName(ctx.service);
    const [haveNo, drop] = names.length === 1 ? ['has no', 'drops'] : ['have no', 'drop'];
    yield {
      message: fmt =>
        `externalTrafficPolicy Local: ${of} ${haveNo} endpoint${fmt.list(names)} and ${drop} outside traffic to ${where}; have your balancer check the port`,
      messageOnChange: fmt =>
        `this change makes ${of} drop outside traffic to ${where}${fmt.list(names)}: externalTrafficPolicy Local, no endpoint there; have your balancer check the port`,
      path: 'spec.externalTrafficPolicy',
      nodes: names,
    };
  },
};

function nodesDroppingTraffic(ports: readonly PortRouting[], covered: Coverage, receivers: NodeSet): NodeSelection {
  const nodeLists = [covered.nodes, ...ports.map(port => port.index.nodeNames)];
  return selectNodes(
    receivers,
    nodeLists,
    node => !covered.nodes.has(node.name) && losesTraffic(node, 'external', ports),
  );
}

function entryPointName(service: Service): string {
  if (service.ports.every(port => port.nodePort === 0)) return 'external IPs';
  return service.externalIPs.length > 0 ? 'node ports and external IPs' : 'node ports';
}
