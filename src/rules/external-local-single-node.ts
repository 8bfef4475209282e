import { isExternalLocal, isProxied } from '../model/service.ts';
import { endpointsOfFamily } from '../topology/family-endpoints.ts';
import { entersAtNodes } from './balancer-to-pods.ts';
import type { Rule } from './rule.ts';

export const externalLocalSingleNode: Rule = {
  id: 'external-local-single-node',
  level: 'info',
  needs: ['nodes', 'endpoints', 'dataplane: known'],
  supersededBy: ['load-balancer-excludes-endpoints'],
  summary: 'externalTrafficPolicy is Local and all endpoints are on one node',
  why: `With externalTrafficPolicy Local, only nodes with an endpoint answer outside traffic. If several Pods all run on
one node, that node is the only entry point: when it fails or is drained, the Service is unavailable, however many
replicas it has. The rule does not report a single endpoint, a cluster with one client node, or a load
balancer that sends to Pods.`,
  fix: 'Spread the Pods over nodes: topologySpreadConstraints or pod anti-affinity on kubernetes.io/hostname.',
  example: `apiVersion: v1
kind: Service
metadata: { name: edge }
spec:
  type: LoadBalancer
  selector: { app: edge } # its three Pods run on one of the nodes
  ports: [{ port: 443 }]
  externalTrafficPolicy: Local
`,
  source: 'pkg/proxy/topology.go CategorizeEndpoints, v1.37.1',
  appliesTo: service => isProxied(service) && isExternalLocal(service) && entersAtNodes(service),
  *check(ctx) {
    if (ctx.clientNodes().size < 2) return;
    const families = ctx.service.ipFamilies.map(family => endpointsOfFamily(ctx.afterRollout().slices, family));
    const nodes = new Set(families.flat().map(endpoint => endpoint.nodeName));
    // In dual stack a Pod has an endpoint in each family.
    const pods = Math.max(0, ...families.map(endpoints => endpoints.length));
    const [node] = nodes;
    if (nodes.size !== 1 || typeof node !== 'string' || pods < 2) return;
    yield {
      message: fmt =>
        `externalTrafficPolicy Local: all ${pods} endpoints are on one node${fmt.list([node])}, ` +
        'the only one that answers outside traffic; spread the pods over nodes',
      path: 'spec.externalTrafficPolicy',
      nodes: [node],
    };
  },
};
