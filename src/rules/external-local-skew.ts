import { isExternalLocal, isProxied } from '../model/service.ts';
import { isLoadBalancerTarget } from '../topology/load-balancer-nodes.ts';
import type { NodeSet } from '../topology/node-set.ts';
import type { PortRouting } from '../topology/port-routing.ts';
import { bypassesNodes } from './balancer-to-pods.ts';
import type { Rule } from './rule.ts';

export const externalLocalSkew: Rule = {
  id: 'external-local-skew',
  level: 'info',
  needs: ['nodes', 'endpoints', 'dataplane: known'],
  summary: 'externalTrafficPolicy Local gives Pods on crowded nodes a smaller share',
  why: `A load balancer knows nodes, not Pods, and gives each node that passes the health check the same share. With
externalTrafficPolicy Local that share stays on the node: with two Pods on one node and one on another, two get 25 %
each and the third gets 50 %. The rule reports a factor of two or more between nodes that have endpoints, in the state
after a rollout. It does not cover balancers known to send to Pods directly.`,
  fix: `Spread the Pods evenly over nodes (topologySpreadConstraints on kubernetes.io/hostname with maxSkew 1), run them as a
DaemonSet, or use a balancer that sends to Pods directly.`,
  example: `apiVersion: v1
kind: Service
metadata: { name: edge }
spec:
  type: LoadBalancer
  selector: { app: edge } # two Pods on one node, one on another
  ports: [{ port: 443 }]
  externalTrafficPolicy: Local
`,
  source: 'pkg/proxy/topology.go CategorizeEndpoints, v1.37.1',
  options: { factor: 2 },
  appliesTo: service =>
    isProxied(service) &&
    service.type === 'LoadBalancer' &&
    isExternalLocal(service) &&
    service.healthCheckNodePort !== 0 &&
    !bypassesNodes(service),
  *check(ctx) {
    const nodes = ctx.nodes().filter(isLoadBalancerTarget(ctx.version.minor));
    for (const port of ctx.afterRollout().routing) {
      const skew = port.policy.accessible ? skewOf(port, nodes) : null;
      if (!skew || skew.most / skew.fewest < (ctx.options['factor'] ?? 2)) continue;
      const [large, small] = [percent(skew, skew.fewest), percent(skew, skew.most)];
      return yield {
        message: fmt =>
          `externalTrafficPolicy Local: balancers split by node, so a pod gets ${large} on nodes with ${skew.fewest}` +
          `${fmt.list(skew.favoured)} and ${small} on nodes with ${skew.most}${fmt.list(skew.crowded)}; spread pods evenly over nodes`,
        path: 'spec.externalTrafficPolicy',
        nodes: skew.favoured,
      };
    }
  },
};

interface Skew {
  /** Nodes that have endpoints. */
  readonly nodes: number;
  readonly fewest: number;
  readonly most: number;
  /** Names of the nodes with fewest and with most endpoints. */
  readonly favoured: readonly string[];
  readonly crowded: readonly string[];
}

function skewOf(port: PortRouting, nodes: NodeSet): Skew | null {
  const places = [...port.index.readyOnNode.keys()].flatMap(name => nodes.entry(name) ?? []);
  const counts = places
    .sort((a, b) => a.index - b.index)
    .map(({ node: { name } }) => ({ name, endpoints: port.index.readyOnNode.get(name)?.length ?? 0 }));
  if (counts.length < 2) return null;
  const fewest = counts.reduce((least, { endpoints }) => Math.min(least, endpoints), Number.POSITIVE_INFINITY);
  const most = counts.reduce((greatest, { endpoints }) => Math.max(greatest, endpoints), 0);
  const having = (n: number) => counts.filter(({ endpoints }) => endpoints === n).map(({ name }) => name);
  return { nodes: counts.length, fewest, most, favoured: having(fewest), crowded: having(most) };
}

function percent({ nodes }: Skew, endpoints: number): string {
  return `${Number((100 / (nodes * endpoints)).toPrecision(2))} %`;
}
