import {
  isExternallyAccessible,
  isLocalThroughout,
  isProxied,
  isTopologyModeAuto,
  topologyModeKey,
} from '../model/service.ts';
import type { Rule } from './rule.ts';

export const topologyModeUnused: Rule = {
  id: 'topology-mode-unused',
  level: 'warn',
  needs: ['dataplane: known'],
  summary: 'Local traffic policies leave topology-mode nothing to route',
  why: `A Local policy keeps its class of traffic on the node, and hints only guide the classes whose policy is Cluster. The
EndpointSlice controller still computes hints, and nobody reads them. With both policies Local one class is left: Pods and
nodes that connect to the Service's own load balancer address, external IP or their own node's port.`,
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
  *check({ service }) {
    const key = topologyModeKey(service);
    const what = isExternallyAccessible(service)
      ? 'mostly unused: both traffic policies are Local; only in-cluster clients of external addresses are steered'
      : 'unused: internalTrafficPolicy Local keeps all traffic on the node';
    yield {
      message: () => `${key.slice(key.indexOf('/') + 1)} Auto is ${what}; remove one of them`,
      path: `metadata.annotations["${key}"]`,
      fixes: [
        {
          description: `remove the annotation ${key}`,
          edits: [{ path: ['metadata', 'annotations', key], value: null }],
        },
      ],
    };
  },
};
