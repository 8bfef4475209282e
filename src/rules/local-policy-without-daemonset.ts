import { CLIENT_NODES_ANNOTATION } from '../model/annotations.ts';
import { isExternallyAccessible, isInternalLocal, isProxied } from '../model/service.ts';
import type { Workload } from '../model/workload.ts';
import { profileOf } from '../topology/data-planes/index.ts';
import { preferSameNodeFixes } from './prefer-same-node.ts';
import type { Rule } from './rule.ts';

export const localPolicyWithoutDaemonset: Rule = {
  id: 'local-policy-without-daemonset',
  level: 'warn',
  needs: ['workloads', 'dataplane: known'],
  supersededIfEvaluated: ['local-policy-uncovered-nodes'],
  summary: 'internalTrafficPolicy is Local and no DaemonSet puts an endpoint on every node',
  why: `With internalTrafficPolicy Local, a Pod reaches only endpoints on its own node; elsewhere its traffic is
dropped. The Pods of a Deployment or StatefulSet run on some nodes, and on others after the next rollout. The rule reads
the manifests alone, without a cluster. It reports nothing if the workload spreads its Pods over host names, if the
Service restricts its client nodes (zonewise.dev/client-nodes), or if kube-proxy in IPVS mode falls back to all
endpoints.`,
  fix: `Run the workload as a DaemonSet; or, from 1.34 on, use trafficDistribution PreferSameNode with the Cluster policy,
which prefers the node and falls back.`,
  example: `apiVersion: apps/v1
kind: Deployment
metadata: { name: agent }
spec:
  replicas: 3
  selector: { matchLabels: { app: agent } }
  template:
    metadata: { labels: { app: agent } }
    spec: { containers: [{ name: agent, image: example/agent }] }
---
apiVersion: v1
kind: Service
metadata: { name: agent }
spec:
  selector: { app: agent }
  ports: [{ port: 4317 }]
  internalTrafficPolicy: Local
`,
  source: 'pkg/proxy/topology.go CategorizeEndpoints, v1.37.1',
  appliesTo: service =>
    isProxied(service) &&
    isInternalLocal(service) &&
    service.selector !== null &&
    !(CLIENT_NODES_ANNOTATION in service.annotations),
  *check(ctx) {
    const fallsBack = ctx.dataPlanes.some(dataPlane => profileOf(dataPlane).localFallsBack(dataPlane));
    if (fallsBack && isExternallyAccessible(ctx.service)) return;
    const workloads = ctx.workloads();
    const [first] = workloads;
    if (!first || workloads.some(workload => workload.kind === 'DaemonSet' || spreadsOverNodes(workload))) return;
    const { kind, name } = first;
    yield {
      message: (fmt, fix) =>
        `internalTrafficPolicy Local on a ${kind}${fmt.list([name])}: nodes without one of its pods drop the traffic; ` +
        (fix ? 'use trafficDistribution PreferSameNode or a DaemonSet' : 'use a DaemonSet'),
      path: 'spec.internalTrafficPolicy',
      fixes: preferSameNodeFixes(ctx.service, ctx.version),
    };
  },
};

/** With as many replicas as nodes, such a workload may cover all nodes, which manifests do not show. */
function spreadsOverNodes(workload: Workload): boolean {
  const keys = [...workload.antiAffinityKeys, ...workload.spread.map(constraint => constraint.topologyKey)];
  return keys.includes('kubernetes.io/hostname');
}
