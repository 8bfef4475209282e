import { isLocalThroughout, isProxied } from '../model/service.ts';
import { hintsHeuristic } from '../topology/hints.ts';
import { hintSupport, NODE_HINTS_MINOR, ZONE_HINTS_WITHOUT_ANNOTATION_MINOR } from '../topology/proxy-version.ts';
import type { Rule } from './rule.ts';

export const nodeVersionIgnoresHints: Rule = {
  id: 'node-version-ignores-hints',
  level: 'warn',
  needs: ['nodes', 'dataplane: obeys hints'],
  summary: 'Some nodes run a kube-proxy too old for the hints of this trafficDistribution',
  why: `Nodes may be older than the API server. A kube-proxy before 1.34 ignores node hints, so PreferSameNode behaves like
PreferSameZone there; one before 1.31 ignores all hints of a Service without the topology-mode annotation, so that its
clients go to the whole cluster. The kubelet's version is taken for kube-proxy's; nodes that report none are not counted.`,
  fix: 'Upgrade the nodes named; until then the value holds on the others only.',
  example: `apiVersion: v1
kind: Service
metadata: { name: cache }
spec:
  selector: { app: cache } # in a cluster where some kubelets are at 1.33
  ports: [{ port: 6379 }]
  trafficDistribution: PreferSameNode
`,
  source: 'pkg/proxy/topology.go topologyModeFromHints of v1.37.1, canUseTopology of v1.30.14',
  appliesTo: service => isProxied(service) && service.trafficDistribution !== null && !isLocalThroughout(service),
  *check(ctx) {
    const heuristic = hintsHeuristic(ctx.service, ctx.version);
    if (heuristic !== 'same-node' && heuristic !== 'same-zone') return;
    const clients = ctx.clients();
    const unsupporting = (what: 'nodes' | 'zones') =>
      clients.filter(node => node.kubeletMinor !== null && !hintSupport(node.kubeletMinor, ctx.service)[what]);
    const noZones = unsupporting('zones');
    const old = heuristic === 'same-node' ? unsupporting('nodes') : noZones;
    if (old.length === 0) return;
    const names = old.map(node => node.name);
    const since = heuristic === 'same-node' ? NODE_HINTS_MINOR : ZONE_HINTS_WITHOUT_ANNOTATION_MINOR;
    const instead = noZones.length > 0 ? 'goes to all endpoints' : 'prefers the zone only';
    yield {
      message: say =>
        `trafficDistribution ${ctx.service.trafficDistribution}: ${names.length} of ${clients.length} nodes run a kube-proxy before 1.${since}${say.list(names)}, traffic there ${instead}`,
      path: 'spec.trafficDistribution',
      nodes: names,
    };
  },
};
