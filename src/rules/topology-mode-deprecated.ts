import { applyEdits, topologyModeRemovalEdits } from '../model/edit.ts';
import type { Service } from '../model/service.ts';
import { isProxied, isTopologyModeAuto, TOPOLOGY_AWARE_HINTS_ANNOTATION, topologyModeKey } from '../model/service.ts';
import { profileOf } from '../topology/data-planes/index.ts';
import type { Rule } from './rule.ts';

const DEPRECATED_SINCE_MINOR = 33;
/** Minor version in which topology-mode replaced the annotation topology-aware-hints. */
const OLD_KEY_DEPRECATED_SINCE_MINOR = 27;
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
endpoints, however few they are, while topology-mode Auto divides endpoints in proportion to the CPU of the zones. The older
annotation topology-aware-hints is deprecated since 1.27. The rule reports nothing where the data plane may obey the
annotation and ignores trafficDistribution.`,
  fix: `Use trafficDistribution PreferSameZone (PreferClose up to 1.33), with enough endpoints in each zone for its own
traffic, and remove the annotation. Where the data plane ignores both, only remove it.`,
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
  *check({ service, version, dataPlanes }) {
    const key = topologyModeKey(service);
    const removal = topologyModeRemovalEdits(service);
    const mayObey = (as: Service) => dataPlanes.some(each => profileOf(each).obeysHints(as, each) !== false);
    const known = version.minor < PREFER_SAME_ZONE_SINCE_MINOR ? ['PreferClose'] : ['PreferSameZone', 'PreferClose'];
    const replacements = known
      .map(value => ({
        description: `use trafficDistribution ${value}`,
        edits: [...removal, { path: ['spec', 'trafficDistribution'], value }],
      }))
      .filter(({ edits }) => mayObey(applyEdits(service, edits)));
    const isReplaceable = replacements.length > 0;
    if (!isReplaceable && mayObey(service)) return;
    const since = key === TOPOLOGY_AWARE_HINTS_ANNOTATION ? OLD_KEY_DEPRECATED_SINCE_MINOR : DEPRECATED_SINCE_MINOR;
    const advice = isReplaceable ? 'use trafficDistribution' : 'remove it';
    yield {
      message: (_fmt, fix) =>
        `${key.slice(key.indexOf('/') + 1)} is deprecated since 1.${since}; ${fix?.description ?? advice}`,
      path: `metadata.annotations["${key}"]`,
      fixes: isReplaceable ? replacements : [{ description: advice, edits: removal }],
    };
  },
};
