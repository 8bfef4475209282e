import { isTopologyModeAuto } from '../model/service.ts';
import { formatVersion } from '../model/version.ts';
import { TRAFFIC_DISTRIBUTION_SINCE_MINOR } from '../topology/hints.ts';
import type { Rule } from './rule.ts';

/** First minor version that has the field. */
const FIELD_SINCE_MINOR = 30;

export const fieldDroppedByVersion: Rule = {
  id: 'field-dropped-by-version',
  level: 'warn',
  needs: ['manifest'],
  summary: "This cluster's version silently drops trafficDistribution",
  why: `In Kubernetes 1.30, trafficDistribution is behind a feature gate that is off: the API server removes the field
without a warning. Older versions do not know it; kubectl rejects unknown fields by default, other clients lose them
silently. The manifest then promises a locality that the cluster does not provide.`,
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
    if (version.minor >= TRAFFIC_DISTRIBUTION_SINCE_MINOR) return;
    const known = version.minor >= FIELD_SINCE_MINOR;
    // The API server keeps the field of an object that already has it.
    if (known && (change.old?.trafficDistribution ?? null) !== null) return;
    const how = known ? 'drops trafficDistribution silently' : 'does not know trafficDistribution and ignores it';
    const effect = isTopologyModeAuto(service)
      ? 'only topology-mode Auto applies; upgrade to 1.31+ or remove the field'
      : 'traffic goes to all endpoints; upgrade to 1.31+ or use topology-mode';
    yield {
      message: () => `Kubernetes ${formatVersion(version)} ${how}: ${effect}`,
      path: 'spec.trafficDistribution',
    };
  },
};
