import type { Change } from '../model/change.ts';
import type { DataPlane } from '../model/data-plane.ts';
import type { Service } from '../model/service.ts';
import { isProxied } from '../model/service.ts';
import type { KubernetesVersion } from '../model/version.ts';
import { profileOf } from '../topology/data-planes/index.ts';
import { PREFER_SAME_SINCE_MINOR } from '../topology/hints.ts';
import type { Rule } from './rule.ts';

/** First minor version whose API server warns about it at every apply (pkg/api/service/warnings.go, v1.35.4). */
const API_WARNS_SINCE_MINOR = 35;

export const preferCloseDeprecated: Rule = {
  id: 'prefer-close-deprecated',
  level: 'info',
  needs: [`kubernetes>=1.${PREFER_SAME_SINCE_MINOR}`],
  supersededBy: ['traffic-distribution-unused', 'topology-mode-overrides-traffic-distribution'],
  summary: 'PreferClose is the old name of PreferSameZone',
  why: `Kubernetes 1.34 introduced PreferSameZone and PreferSameNode; PreferClose means exactly the same as
PreferSameZone and is deprecated from 1.35 on. The API server of 1.35 and later warns about it at every apply, so this
rule covers only the other cases: manifests and reviews on 1.34, and audits. It reports nothing where Cilium 1.18 or 1.19
serves the cluster, which know PreferClose alone.`,
  fix: 'Write PreferSameZone once no cluster that gets the manifest is older than 1.34, because older ones reject it.',
  example: `# checked with --kubernetes-version 1.34
apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  selector: { app: web }
  ports: [{ port: 80 }]
  trafficDistribution: PreferClose
`,
  source: 'pkg/api/service/warnings.go GetWarningsForService, v1.37.1',
  appliesTo: service => isProxied(service) && service.trafficDistribution === 'PreferClose',
  *check({ change, service, version, dataPlanes }) {
    if (apiServerWarns(change, version) || !isKnownAs('PreferSameZone', service, dataPlanes)) return;
    const since =
      version.minor < API_WARNS_SINCE_MINOR ? `deprecated from 1.${API_WARNS_SINCE_MINOR} on` : 'deprecated';
    yield {
      message: () => `trafficDistribution PreferClose is ${since}; write PreferSameZone, which means the same`,
      path: 'spec.trafficDistribution',
      fixes: [
        {
          description: 'set trafficDistribution to PreferSameZone',
          edits: [{ path: ['spec', 'trafficDistribution'], value: 'PreferSameZone' }],
        },
      ],
    };
  },
};

/** False if a data plane obeys the Service, and would not with this value. */
function isKnownAs(value: string, service: Service, dataPlanes: readonly DataPlane[]): boolean {
  const obeys = (dataPlane: DataPlane, as: Service) => profileOf(dataPlane).obeysHints(as, dataPlane) !== false;
  const renamed = { ...service, trafficDistribution: value };
  return dataPlanes.every(dataPlane => !obeys(dataPlane, service) || obeys(dataPlane, renamed));
}

function apiServerWarns({ source }: Change, { minor }: KubernetesVersion): boolean {
  return source !== 'cluster' && minor >= API_WARNS_SINCE_MINOR;
}
