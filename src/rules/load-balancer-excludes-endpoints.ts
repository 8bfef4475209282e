import type { Level } from '../model/finding.ts';
import { pluralForm } from '../model/plural.ts';
import { isExternalLocal, isProxied } from '../model/service.ts';
import { endpointsOfFamily } from '../topology/family-endpoints.ts';
import { mayReceiveExternalTraffic } from '../topology/load-balancer-nodes.ts';
import { sendsToPods } from './balancer-to-pods.ts';
import type { Rule, RuleContext } from './rule.ts';

export const loadBalancerExcludesEndpoints: Rule = {
  id: 'load-balancer-excludes-endpoints',
  level: 'warn',
  needs: ['nodes', 'endpoints', 'dataplane: known'],
  summary: 'Load balancers leave out every node that could answer the Service',
  why: `Cloud controllers and MetalLB send nothing to nodes with the label
node.kubernetes.io/exclude-from-external-load-balancers, which kubeadm sets on control planes. With
externalTrafficPolicy Local, only nodes with an endpoint answer: if all endpoints are on excluded nodes, the balancer's
other nodes fail its health check, and nothing is reachable from outside. With the Cluster policy the same happens if
every node is excluded. Since 1.34 the value "false" of the label includes a node.`,
  fix: 'Remove the label from a node with an endpoint, or run the Pods on nodes without it.',
  example: `apiVersion: v1
kind: Service
metadata: { name: edge }
spec:
  type: LoadBalancer
  selector: { app: edge } # its Pods run on control planes only
  ports: [{ port: 443 }]
  externalTrafficPolicy: Local
`,
  source: 'k8s.io/cloud-provider controllers/service nodeIncludedPredicate, v0.37.1',
  appliesTo: service => isProxied(service) && service.type === 'LoadBalancer' && !sendsToPods(service),
  *check(ctx) {
    const included = ctx.nodes().filter(mayReceiveExternalTraffic(ctx.version.minor));
    if (included.size === ctx.nodes().size) return;
    if (!isExternalLocal(ctx.service)) {
      if (included.size > 0) return;
      yield draftOf(ctx, `type LoadBalancer: all ${ctx.nodes().size} nodes are`, ctx.nodes().nodes.map(nameOf));
      return;
    }
    const nodes = new Set(
      ctx.service.ipFamilies
        .flatMap(family => endpointsOfFamily(ctx.afterRollout().slices, family))
        .map(({ nodeName }) => nodeName),
    );
    const known = [...nodes].filter(name => name !== null);
    if (known.length === 0 || known.some(name => included.get(name) || !ctx.nodes().get(name))) return;
    const what = pluralForm(known.length, 'the only node with endpoints is', 'all nodes with endpoints are');
    yield draftOf(ctx, `externalTrafficPolicy Local: ${what}`, known.sort());
  },
};

function draftOf(ctx: RuleContext, what: string, nodes: readonly string[]) {
  // Cilium announces addresses itself, without regard to the label.
  const maxLevel: { readonly maxLevel?: Level } = ctx.dataPlanes.some(({ kind }) => kind === 'cilium')
    ? { maxLevel: 'info' }
    : {};
  return {
    message: (fmt: { list(names: readonly string[]): string }) =>
      `${what} excluded from load balancers${fmt.list(nodes)}: nothing is reachable from outside; ` +
      'remove the label node.kubernetes.io/exclude-from-external-load-balancers from one',
    path: isExternalLocal(ctx.service) ? 'spec.externalTrafficPolicy' : 'spec.type',
    nodes,
    ...maxLevel,
  };
}

function nameOf({ name }: { readonly name: string }): string {
  return name;
}
