import { topologyModeRemovalEdits } from '../model/edit.ts';
import { isHeadless, isTopologyModeAuto, topologyModeKey } from '../model/service.ts';
import { TRAFFIC_DISTRIBUTION_SINCE_MINOR } from '../topology/hints.ts';
import type { Rule } from './rule.ts';

export const topologyModeOverridesTrafficDistribution: Rule = {
  id: 'topology-mode-overrides-traffic-distribution',
  level: 'warn',
  needs: [`kubernetes>=1.${TRAFFIC_DISTRIBUTION_SINCE_MINOR}`],
  summary: 'topology-mode Auto and trafficDistribution are both set: the annotation wins',
  why: `With topology-mode Auto, the EndpointSlice controller assigns endpoints to zones in proportion to their CPU and
ignores trafficDistribution. If one of Auto's safeguards fails, hints are removed, and trafficDistribution still has no
effect: traffic goes to the whole cluster.`,
  fix: 'Keep one of the two: remove the annotation to use trafficDistribution, or the field to use topology-mode.',
  example: `apiVersion: v1
kind: Service
metadata:
  name: web
  annotations: { service.kubernetes.io/topology-mode: Auto }
spec:
  selector: { app: web }
  ports: [{ port: 80 }]
  trafficDistribution: PreferClose
`,
  source: 'k8s.io/endpointslice reconciler.go reconcileByAddressType, v0.37.1',
  appliesTo: service =>
    isTopologyModeAuto(service) &&
    service.trafficDistribution !== null &&
    !isHeadless(service) &&
    service.type !== 'ExternalName',
  *check({ service }) {
    const key = topologyModeKey(service);
    const short = key.slice(key.indexOf('/') + 1);
    const value = service.trafficDistribution ?? '';
    yield {
      message: (fmt, fix) =>
        `${short} Auto overrides trafficDistribution ${/^\w+$/.test(value) ? value : fmt.value(value)}` +
        `; ${fix?.description ?? 'remove one of them'}`,
      path: 'spec.trafficDistribution',
      fixes: [
        {
          description: 'remove the annotation to use the field',
          edits: topologyModeRemovalEdits(service),
        },
        {
          description: 'remove the field to keep the annotation',
          edits: [{ path: ['spec', 'trafficDistribution'], value: null }],
        },
      ],
    };
  },
};
