import { isLocalThroughout, isProxied, isTopologyModeAuto, topologyModeKey } from '../model/service.ts';
import { hintsHeuristic } from '../topology/hints.ts';
import { dataPlaneObeysHints } from '../topology/reach.ts';
import type { Rule } from './rule.ts';

export const dataplaneIgnoresHints: Rule = {
  id: 'dataplane-ignores-hints',
  level: 'warn',
  needs: ['dataplane: known'],
  summary: "This cluster's data plane does not read EndpointSlice hints for the Service",
  why: `trafficDistribution and topology-mode end up as hints on EndpointSlices, and somebody must obey them. Cilium in
place of kube-proxy does so only with loadBalancer.serviceTopology=true, and for no class of traffic once the Service has
internalTrafficPolicy Local. Nothing is said where the data plane is not known for certain.`,
  fix: 'Set loadBalancer.serviceTopology=true in Cilium, or remove the field; internalTrafficPolicy Local excludes it there.',
  example: `# checked with --dataplane cilium
apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  selector: { app: web }
  ports: [{ port: 80 }]
  trafficDistribution: PreferClose
`,
  source: 'cilium: install/kubernetes/cilium values loadBalancer.serviceTopology, pkg/loadbalancer (1.16 to 1.18)',
  appliesTo: service =>
    isProxied(service) &&
    !isLocalThroughout(service) &&
    (isTopologyModeAuto(service) || service.trafficDistribution !== null),
  *check({ service, dataPlane, version }) {
    if (dataPlane.assumed || hintsHeuristic(service, version) === null) return;
    if (dataPlaneObeysHints(dataPlane, service)) return;
    const auto = isTopologyModeAuto(service);
    const what = auto ? 'topology-mode Auto' : `trafficDistribution ${service.trafficDistribution}`;
    const why = dataPlane.serviceTopology
      ? 'Cilium turns hints off for a Service with internalTrafficPolicy Local'
      : 'Cilium reads hints only with loadBalancer.serviceTopology=true';
    yield {
      message: () => `${what} has no effect here: ${why}`,
      path: auto ? `metadata.annotations["${topologyModeKey(service)}"]` : 'spec.trafficDistribution',
    };
  },
};
