import { isTopologyModeAuto } from '../model/service.ts';
import { formatVersion } from '../model/version.ts';
import { TRAFFIC_DISTRIBUTION_MINOR } from '../topology/hints.ts';
import type { Rule } from './rule.ts';

/** The first version that knows the field at all. */
const FIELD_MINOR = 30;

export const fieldDroppedByVersion: Rule = {
  id: 'field-dropped-by-version',
  level: 'warn',
  needs: ['manifest'],
  summary: "This cluster's version drops trafficDistribution without a word",
  why: `Kubernetes 1.30 has trafficDistribution behind a feature gate that is off: the API server removes the field and
says nothing. Older versions do not know it; kubectl refuses unknown fields by default, other clients lose them
silently. The manifest then promises a locality that nobody provides.`,
  fix: `Upgrade to 1.31 or later, or use the annotation service.kubernetes.io/topology-mode: Auto, which 1.27 and later
read.`,
  example: `# checked with --kubernetes-version 1.30
apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  selector: { app: web }
  ports: [{ port: 80 }]
  trafficDistribution: PreferClose
`,
  source: 'pkg/registry/core/service/strategy.go dropServiceDisabledFields, v1.30.14',
  appliesTo: service => service.trafficDistribution !== null,
  *check({ service, version, change }) {
    if (version.minor >= TRAFFIC_DISTRIBUTION_MINOR) return;
    const known = version.minor >= FIELD_MINOR;
    // A cluster that holds the field has its gate on; what is stored is kept.
    if (known && (change.old?.trafficDistribution ?? null) !== null) return;
    const how = known ? 'drops trafficDistribution silently' : 'does not know trafficDistribution and ignores it';
    const effect = isTopologyModeAuto(service)
      ? 'topology-mode Auto alone counts; upgrade to 1.31+ or remove the field'
      : 'traffic goes to all endpoints; upgrade to 1.31+ or use topology-mode';
    yield {
      message: () => `Kubernetes ${formatVersion(version)} ${how}: ${effect}`,
      path: 'spec.trafficDistribution',
    };
  },
};
