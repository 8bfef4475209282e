import { topologyModeRemovalEdits } from '../model/edit.ts';
import { isLocalThroughout, isProxied, isTopologyModeAuto, topologyModeKey } from '../model/service.ts';
import { unusedLocality } from './locality.ts';
import type { Rule } from './rule.ts';

export const topologyModeUnused: Rule = {
  id: 'topology-mode-unused',
  level: 'warn',
  needs: ['dataplane: known'],
  summary: 'Local traffic policies leave topology-mode nothing to route',
  why: `A Local policy keeps its traffic class on the node, and hints guide only the classes whose policy is Cluster.
The EndpointSlice controller still computes hints, but the Local classes ignore them. With both policies Local, one
class is left: Pods and nodes that connect to the Service's load balancer address, external IP or their own node's port.
In IPVS mode kube-proxy falls back from a Local policy to the endpoints that the hints select if the Service is
reachable from outside; the rule does not cover that case.`,
  fix: 'Remove the annotation, or set internalTrafficPolicy to Cluster.',
  example: `apiVersion: v1
kind: Service
metadata:
  name: agent
  annotations: { service.kubernetes.io/topology-mode: Auto }
spec:
  selector: { app: agent }
  ports: [{ port: 4317 }]
  internalTrafficPolicy: Local
`,
  source: 'pkg/proxy/serviceport.go UsesClusterEndpoints, v1.37.1',
  appliesTo: service => isProxied(service) && isTopologyModeAuto(service) && isLocalThroughout(service),
  *check({ service, dataPlanes }) {
    const what = unusedLocality(service, dataPlanes);
    if (what === null) return;
    const key = topologyModeKey(service);
    const edits = topologyModeRemovalEdits(service);
    yield {
      message: (_, fix) => `${key.slice(key.indexOf('/') + 1)} Auto is ${what}; ${fix?.description ?? 'remove it'}`,
      path: `metadata.annotations["${key}"]`,
      fixes: [
        { description: 'remove the annotation', edits },
        {
          description: 'remove it and trafficDistribution',
          edits: [...edits, { path: ['spec', 'trafficDistribution'], value: null }],
        },
      ],
    };
  },
};
