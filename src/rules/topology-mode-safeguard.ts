import type { Fix } from '../model/finding.ts';
import type { Service } from '../model/service.ts';
import { isLocalThroughout, isProxied, isTopologyModeAuto, topologyModeKey } from '../model/service.ts';
import type { KubernetesVersion } from '../model/version.ts';
import type { HintsAbsence } from '../topology/hints.ts';
import { PREFER_SAME_MINOR, TRAFFIC_DISTRIBUTION_MINOR } from '../topology/hints.ts';
import type { Rule, Wording } from './rule.ts';

export const topologyModeSafeguard: Rule = {
  id: 'topology-mode-safeguard',
  level: 'warn',
  needs: ['nodes', 'endpoints', 'dataplane: obeys hints'],
  summary: 'A safeguard of topology-mode Auto keeps all hints away',
  why: `topology-mode Auto writes hints only where every ready node outside the control plane has a zone and allocatable CPU,
there are at least as many ready endpoints as zones, and the endpoints can be shared out so that none carries more than
20 % above its share. Where one condition fails, all hints of the Service are removed and traffic goes to the whole cluster;
trafficDistribution does not step in. Upstream's own Event may name another cause, such as missing node information where
the cluster has one zone only. Endpoints that are still starting count as ready here.`,
  fix: `Remove the cause that the message names: label the node, or run more endpoints. Or use trafficDistribution, which has
no safeguards and leaves the load to you.`,
  example: `apiVersion: v1
kind: Service
metadata:
  name: web
  annotations: { service.kubernetes.io/topology-mode: Auto }
spec:
  selector: { app: web } # two Pods in a cluster of three zones
  ports: [{ port: 80 }]
`,
  source: 'k8s.io/endpointslice topologycache AddHints, v0.37.1',
  appliesTo: service => isProxied(service) && isTopologyModeAuto(service) && !isLocalThroughout(service),
  *check(ctx) {
    const { absentBecause } = ctx.settled();
    for (const family of ctx.service.ipFamilies) {
      const gap = absentBecause.get(family);
      const cause = gap && ((say: Wording) => causeOf(gap, say));
      if (!gap || !cause || causeOf(gap, SILENT) === null) continue;
      const key = topologyModeKey(ctx.service);
      return yield {
        message: (say, fix) =>
          `topology-mode Auto gets no hints: ${cause(say)}; traffic goes to the whole cluster${fix ? `; ${fix.description}` : ''}`,
        path: `metadata.annotations["${key}"]`,
        nodes: 'nodes' in gap ? gap.nodes : [],
        fixes: useTrafficDistribution(ctx.service, ctx.version, key),
      };
    }
  },
};

const SILENT: Wording = { list: () => '', value: () => '' };

/** `null` where another rule tells the story, or nothing is wrong with the Service. */
function causeOf(gap: HintsAbsence, say: Wording): string | null {
  switch (gap.kind) {
    case 'node-without-zone':
      return `${count(gap.nodes.length, 'ready node')} without a zone label${say.list(gap.nodes)}`;
    case 'node-without-cpu':
      return `${count(gap.nodes.length, 'ready node')} without allocatable CPU${say.list(gap.nodes)}`;
    case 'fewer-endpoints-than-zones':
      return `${count(gap.endpoints, 'endpoint')} for ${gap.zones} zones, ${gap.zones} needed`;
    case 'overload-threshold':
      return `${count(gap.endpoints, 'endpoint')} cannot follow the zones' CPU within 20 %, ${gap.needed} needed`;
    case 'endpoint-without-zone':
      return `${count(gap.endpoints, 'endpoint')} without a zone`;
    default:
      return null;
  }
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

function useTrafficDistribution(service: Service, version: KubernetesVersion, key: string): readonly Fix[] {
  if (version.minor < TRAFFIC_DISTRIBUTION_MINOR) return [];
  const value = service.trafficDistribution ?? (version.minor >= PREFER_SAME_MINOR ? 'PreferSameZone' : 'PreferClose');
  return [
    {
      description: `trafficDistribution ${value} instead has no such safeguard`,
      edits: [
        { path: ['metadata', 'annotations', key], value: null },
        { path: ['spec', 'trafficDistribution'], value },
      ],
    },
  ];
}
