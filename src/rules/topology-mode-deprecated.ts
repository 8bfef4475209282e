import { topologyModeRemovalEdits } from '../model/edit.ts';
import { isProxied, isTopologyModeAuto, topologyModeKey } from '../model/service.ts';
import type { Rule } from './rule.ts';

const DEPRECATED_SINCE_MINOR = 33;
/** First minor version with PreferSameZone. */
const PREFER_SAME_ZONE_SINCE_MINOR = 34;

export const topologyModeDeprecated: Rule = {
  id: 'topology-mode-deprecated',
  level: 'info',
  needs: [`kubernetes>=1.${DEPRECATED_SINCE_MINOR}`],
  supersededBy: [
    'topology-mode-safeguard',
    'topology-mode-unused',
    'topology-mode-fragile',
    'topology-mode-overrides-traffic-distribution',
  ],
  summary: 'topology-mode is deprecated in favour of trafficDistribution',
  why: `Topology Aware Routing, which the annotation topology-mode turns on, is deprecated since Kubernetes 1.33, when
trafficDistribution became stable. No version has removed it. The field has no safeguards: each zone uses its own
endpoints, however few they are, while topology-mode Auto divides endpoints in proportion to the CPU of the zones.`,
  fix: `Use trafficDistribution PreferSameZone (PreferClose up to 1.33), with enough endpoints in each zone for its own
traffic, and remove the annotation.`,
  example: `apiVersion: v1
kind: Service
metadata:
  name: web
  annotations: { service.kubernetes.io/topology-mode: Auto }
spec:
  selector: { app: web }
  ports: [{ port: 80 }]
`,
  source: 'kubernetes/website content/en/docs/concepts/services-networking/topology-aware-routing.md, 1.33',
  appliesTo: service => isProxied(service) && isTopologyModeAuto(service),
  *check({ service, version }) {
    const key = topologyModeKey(service);
    const values = version.minor < PREFER_SAME_ZONE_SINCE_MINOR ? ['PreferClose'] : ['PreferSameZone', 'PreferClose'];
    yield {
      message: (_fmt, fix) =>
        `${key.slice(key.indexOf('/') + 1)} is deprecated since 1.${DEPRECATED_SINCE_MINOR}` +
        `; ${fix?.description ?? 'use trafficDistribution'}`,
      path: `metadata.annotations["${key}"]`,
      fixes: values.map(value => ({
        description: `use trafficDistribution ${value}`,
        edits: [...topologyModeRemovalEdits(service), { path: ['spec', 'trafficDistribution'], value }],
      })),
    };
  },
};
