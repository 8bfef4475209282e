import { pluralForm } from '../model/plural.ts';
import { isInternalLocal, isProxied } from '../model/service.ts';
import { selectNodes } from '../topology/node-selection.ts';
import type { Rule } from './rule.ts';

export const localPolicyUnreadyNodes: Rule = {
  id: 'local-policy-unready-nodes',
  level: 'info',
  needs: ['nodes', 'endpoints', 'dataplane: known'],
  summary: 'internalTrafficPolicy is Local and on some nodes no endpoint is ready',
  why: `With internalTrafficPolicy Local, a Pod reaches only endpoints on its own node. While the endpoint there is
starting, or fails its readiness probe, the node's traffic is dropped, although other nodes could take it. During a
rollout this lasts seconds; a Pod that never becomes ready cuts its node off.`,
  fix: `Wait for the rollout, or find out why the Pods on these nodes are not ready. With trafficDistribution
PreferSameNode (1.34 and later) and the Cluster policy, traffic goes to another node in the meantime. For DaemonSets,
maxSurge keeps the old Pod until the new one is ready.`,
  example: `apiVersion: v1
kind: Service
metadata: { name: agent }
spec:
  selector: { app: agent } # its Pod on one of the nodes is not ready
  ports: [{ port: 4317 }]
  internalTrafficPolicy: Local
`,
  source: 'pkg/proxy/topology.go CategorizeEndpoints, v1.37.1',
  appliesTo: service => isProxied(service) && isInternalLocal(service),
  *check(ctx) {
    const clients = ctx.clientNodes();
    const ports = ctx.routing();
    // If no endpoint is ready, the whole Service is starting, and connections are rejected, not dropped.
    const names = selectNodes(
      clients,
      ports.map(({ index }) => index.startingOnNode),
      node =>
        ports.some(
          port => port.index.startingOnNode.has(node.name) && port.route('internal', node)?.verdict === 'drop',
        ),
    );
    if (names.length === 0) return;
    yield {
      message: fmt =>
        `internalTrafficPolicy Local: no endpoint is ready on ${names.length} of ${clients.size} nodes${fmt.list(names)}, ` +
        `${pluralForm(names.length, 'its', 'their')} pods' traffic is dropped until one is; if that lasts, see why`,
      path: 'spec.internalTrafficPolicy',
      nodes: names,
    };
  },
};
