import { isTopologyModeAuto } from '../model/service.ts';
import { TRAFFIC_DISTRIBUTION_SINCE_MINOR } from '../topology/hints.ts';
import type { Rule } from './rule.ts';

export const removedTopologyKeys: Rule = {
  id: 'removed-topology-keys',
  level: 'warn',
  needs: ['manifest'],
  summary: 'topologyKeys was removed in Kubernetes 1.22',
  why: `The alpha field topologyKeys was removed in 1.22. kubectl rejects it as an unknown field, or the API server
drops it: the manifest promises a locality that the cluster does not provide.`,
  fix: `Remove it. trafficDistribution PreferSameZone (1.34+, PreferClose from 1.31) replaces a key on the zone, PreferSameNode
one on the host name.`,
  example: `apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  selector: { app: web }
  ports: [{ port: 80 }]
  topologyKeys: ["topology.kubernetes.io/zone", "*"]
`,
  source: 'pkg/apis/core/types.go ServiceSpec (the field is a tombstone), v1.37.1',
  appliesTo: service => service.topologyKeys.length > 0,
  *check({ service, version }) {
    const free = version.minor >= TRAFFIC_DISTRIBUTION_SINCE_MINOR && service.trafficDistribution === null;
    const successor = free && !isTopologyModeAuto(service) ? ' (its successor is trafficDistribution)' : '';
    yield {
      message: () => `topologyKeys was removed in Kubernetes 1.22 and has no effect; remove it${successor}`,
      path: 'spec.topologyKeys',
      // The fix does not set the successor: it would steer traffic that the removed field did not.
      fixes: [{ description: 'remove spec.topologyKeys', edits: [{ path: ['spec', 'topologyKeys'], value: null }] }],
    };
  },
};
