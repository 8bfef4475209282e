import type { Fix } from '../model/finding.ts';
import type { Service } from '../model/service.ts';
import type { KubernetesVersion } from '../model/version.ts';
import { PREFER_SAME_SINCE_MINOR } from '../topology/hints.ts';

/** The fix for a Local internal policy: prefer the node, with a fallback. Empty if the version lacks PreferSameNode. */
export function preferSameNodeFixes(service: Service, version: KubernetesVersion): readonly Fix[] {
  if (version.minor < PREFER_SAME_SINCE_MINOR) return [];
  return [
    {
      description:
        service.trafficDistribution === 'PreferSameNode'
          ? 'set internalTrafficPolicy to Cluster; trafficDistribution PreferSameNode then prefers the node and falls back'
          : 'set internalTrafficPolicy to Cluster and trafficDistribution to PreferSameNode, which falls back',
      edits: [
        { path: ['spec', 'internalTrafficPolicy'], value: 'Cluster' },
        { path: ['spec', 'trafficDistribution'], value: 'PreferSameNode' },
      ],
    },
  ];
}
