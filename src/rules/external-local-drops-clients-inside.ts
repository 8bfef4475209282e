import type { Service } from '../model/service.ts';
import { isExternalLocal, isProxied } from '../model/service.ts';
import type { OutsideEntrance } from '../topology/entrances.ts';
import { entrancesOf } from '../topology/entrances.ts';
import { portLosses } from '../topology/lost-traffic.ts';
import { loadBalancerVIPs } from '../topology/port-policy.ts';
import type { PortRouting } from '../topology/port-routing.ts';
import { entryPointNames } from './external-local-uncovered-nodes.ts';
import { forPorts } from './port-names.ts';
import type { Rule } from './rule.ts';

export const externalLocalDropsClientsInside: Rule = {
  id: 'external-local-drops-clients-inside',
  level: 'warn',
  needs: ['nodes', 'endpoints', 'dataplane: known'],
  verifyAgainstPods: true,
  summary: 'externalTrafficPolicy is Local and Pods on some nodes cannot reach the external addresses',
  why: `kube-proxy sends Pods and hosts that connect to a load balancer address, an external IP or their own node's port to
all endpoints, whatever externalTrafficPolicy says. Not every data plane does: in nftables mode before 1.33.6 and 1.34.0,
and on Cilium for some addresses, the Local policy applies to clients inside the cluster too, and those on nodes without
an endpoint lose their traffic. A load balancer address that is a host name, or has ipMode Proxy, is not kept inside: Pods
go out to the balancer.`,
  fix: `Let clients in the cluster use the ClusterIP or the DNS name of the Service, run the workload on every node, or use
externalTrafficPolicy Cluster.`,
  example: `# on nodes whose kube-proxy 1.33.4 runs in nftables mode
apiVersion: v1
kind: Service
metadata: { name: edge }
spec:
  selector: { app: edge } # its Pods run on some of the nodes
  ports: [{ port: 443 }]
  externalIPs: [198.51.100.7]
  externalTrafficPolicy: Local
`,
  source: 'cilium pkg/loadbalancer, v1.20.2; pkg/proxy/nftables/proxier.go, v1.33.5',
  appliesTo: service => isProxied(service) && isExternalLocal(service),
  *check(ctx) {
    const clients = ctx.clientNodes();
    // If no endpoint is ready, the policy is not the cause.
    const known = ctx
      .routing()
      .filter(
        port =>
          (port.index.ready.length > 0 || port.index.draining.length > 0) && keptInside(ctx.service, port).length > 0,
      );
    const entrances = [...new Set(known.flatMap(port => keptInside(ctx.service, port)))];
    const { nodes, ports } = portLosses({ trafficClass: 'shortCircuit', entrances }, known, clients);
    if (nodes.length === 0) return;
    yield {
      message: fmt =>
        `externalTrafficPolicy Local: on ${nodes.length} of ${clients.size} nodes${fmt.list(nodes)} pods lose traffic to ` +
        `${entryPointNames(entrances)}${forPorts(fmt, ports, ctx.service)}, as the data plane keeps it on the node; use the ClusterIP inside`,
      path: 'spec.externalTrafficPolicy',
      nodes,
    };
  },
};

/** The entrances whose addresses the data plane routes for clients inside. */
function keptInside(service: Service, port: PortRouting): readonly OutsideEntrance[] {
  if (!port.policy.shortCircuit) return [];
  const hasVIP = loadBalancerVIPs(service, port.family).length > 0;
  return entrancesOf(service, port).filter(entrance => entrance !== 'LoadBalancer' || hasVIP);
}
