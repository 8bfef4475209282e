import { KUBE_VIP_ADDRESSES, KUBE_VIP_HOST } from '../model/annotations.ts';
import { pluralForm } from '../model/plural.ts';
import { isExternalLocal, isProxied } from '../model/service.ts';
import { endpointsOfFamily } from '../topology/family-endpoints.ts';
import { mayReceiveExternalTraffic } from '../topology/load-balancer-nodes.ts';
import { bypassesNodes } from './balancer-to-pods.ts';
import type { Draft, Rule, RuleContext } from './rule.ts';

export const loadBalancerExcludesEndpoints: Rule = {
  id: 'load-balancer-excludes-endpoints',
  level: 'warn',
  needs: ['nodes', 'endpoints', 'dataplane: known'],
  summary: 'Load balancers leave out every node that could answer the Service',
  why: `Cloud controllers and MetalLB send nothing to nodes with the label
node.kubernetes.io/exclude-from-external-load-balancers, which kubeadm sets on control planes. With
externalTrafficPolicy Local, only nodes with an endpoint answer: if all endpoints are on excluded nodes, the balancer's
other nodes fail its health check, and nothing is reachable from outside. With the Cluster policy the same happens if
every node is excluded. Not all balancers heed the label: the level is info if every node is excluded, which suggests
that this one does not (minikube, MetalLB before 0.14), for kube-vip, for any other loadBalancerClass, and on
Cilium, which announces addresses itself. The rule reports no balancer that sends to Pods or to the ClusterIP. Since 1.34
the value "false" of the label includes a node.`,
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
  appliesTo: service => isProxied(service) && service.type === 'LoadBalancer' && !bypassesNodes(service),
  *check(ctx) {
    const included = ctx.nodes().filter(mayReceiveExternalTraffic(ctx.version.minor));
    if (included.size === ctx.nodes().size) return;
    if (!isExternalLocal(ctx.service)) {
      if (included.size > 0) return;
      const all = pluralForm(ctx.nodes().size, 'the only node is', `all ${ctx.nodes().size} nodes are`);
      yield draftOf(ctx, `type LoadBalancer: ${all}`, ctx.nodes().nodes.map(nameOf), { certain: false });
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
    const certain = included.size > 0 && heedsLabel(ctx);
    yield draftOf(ctx, `externalTrafficPolicy Local: ${what}`, known.sort(), { certain });
  },
};

function draftOf(ctx: RuleContext, which: string, nodes: readonly string[], { certain }: { certain: boolean }): Draft {
  return {
    message: fmt =>
      `${which} labelled node.kubernetes.io/exclude-from-external-load-balancers${fmt.list(nodes)}: ` +
      `balancers that heed the label send nothing; remove it${nodes.length === 1 ? '' : ' from one'}`,
    path: isExternalLocal(ctx.service) ? 'spec.externalTrafficPolicy' : 'spec.type',
    nodes,
    ...(!certain && { maxLevel: 'info' }),
  };
}

/** False for Cilium and kube-vip, which announce addresses without regard to the label, and for classes of other balancers. */
function heedsLabel({ service, dataPlanes }: RuleContext): boolean {
  const { annotations, loadBalancerClass } = service;
  if (loadBalancerClass !== '' || KUBE_VIP_ADDRESSES in annotations || KUBE_VIP_HOST in annotations) return false;
  return !dataPlanes.some(({ kind }) => kind === 'cilium');
}

function nameOf({ name }: { readonly name: string }): string {
  return name;
}
