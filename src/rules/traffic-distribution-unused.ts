import { isLocalThroughout, isProxied, isTopologyModeAuto } from '../model/service.ts';
import { TRAFFIC_DISTRIBUTION_SINCE_MINOR } from '../topology/hints.ts';
import { unusedLocality } from './locality.ts';
import type { Rule } from './rule.ts';

export const trafficDistributionUnused: Rule = {
  id: 'traffic-distribution-unused',
  level: 'warn',
  needs: [`kubernetes>=1.${TRAFFIC_DISTRIBUTION_SINCE_MINOR}`, 'dataplane: known'],
  summary: 'Local traffic policies leave trafficDistribution nothing to distribute',
  why: `A Local policy keeps its traffic class on the node, and trafficDistribution guides only the classes whose policy
is Cluster. With internalTrafficPolicy Local on a Service that is not reachable from outside, no class is left. With
both policies Local, one is left: Pods and nodes that connect to the Service's load balancer address, external IP or
their own node's port.`,
  fix: `Remove trafficDistribution; or set internalTrafficPolicy to Cluster and use PreferSameNode (1.34+), which keeps
traffic on the node as long as the node has an endpoint.`,
  example: `apiVersion: v1
kind: Service
metadata: { name: agent }
spec:
  selector: { app: agent }
  ports: [{ port: 4317 }]
  internalTrafficPolicy: Local
  trafficDistribution: PreferClose
`,
  source: 'pkg/proxy/serviceport.go UsesClusterEndpoints, v1.37.1',
  appliesTo: service =>
    isProxied(service) &&
    service.trafficDistribution !== null &&
    !isTopologyModeAuto(service) &&
    isLocalThroughout(service),
  *check({ service, dataPlanes }) {
    const what = unusedLocality(service, dataPlanes);
    if (what === null) return;
    yield {
      message: () => `trafficDistribution ${service.trafficDistribution} is ${what}; remove one of them`,
      path: 'spec.trafficDistribution',
      fixes: [
        {
          description: 'remove spec.trafficDistribution',
          edits: [{ path: ['spec', 'trafficDistribution'], value: null }],
        },
      ],
    };
  },
};
