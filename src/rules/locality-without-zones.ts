import type { Node } from '../model/node.ts';
import { pluralForm } from '../model/plural.ts';
import { localityOf, requestsLocality } from './locality.ts';
import type { Rule } from './rule.ts';

export const localityWithoutZones: Rule = {
  id: 'locality-without-zones',
  level: 'info',
  needs: ['nodes', 'dataplane: obeys hints'],
  supersededBy: ['topology-mode-safeguard'],
  summary: 'The Service prefers a zone in a cluster that has one or none',
  why: `Zones are the values of the label topology.kubernetes.io/zone on Nodes. If all nodes have the same value, or no
node has the label, there is no other zone to keep traffic away from, and the preference has no effect. topology-mode
Auto then writes no hints, and its Event says "Insufficient Node information" even if only a second zone is missing. The
rule does not cover PreferSameNode, which works without zones, nor a cluster with a single client node.`,
  fix: `If the cluster has one zone and the manifest is shared with other clusters, no fix is needed. Otherwise label
the nodes, which is the task of the cloud controller; to keep traffic on its node, use PreferSameNode (1.34 and later).`,
  example: `apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  selector: { app: web }
  ports: [{ port: 80 }]
  trafficDistribution: PreferClose # on nodes without topology.kubernetes.io/zone
`,
  source: 'k8s.io/endpointslice trafficdist ReconcileHints, topologycache SetNodes, v0.37.1',
  // Hints on custom slices may name any zone.
  appliesTo: service => requestsLocality(service) && service.selector !== null,
  *check(ctx) {
    const locality = localityOf(ctx.service, ctx.version);
    if (!locality || locality.kind === 'same-node') return;
    const nodes = locality.kind === 'auto' ? ctx.nodes().filter(isNoControlPlane) : ctx.nodes();
    const { zones } = nodes;
    if (ctx.clientNodes().size < 2 || nodes.size < 2 || zones.length > 1) return;
    const unlabelled = nodes.filter(hasNoZone).size;
    yield {
      message: fmt =>
        `${locality.label} has no effect: ${missingZonesReason(nodes.size, unlabelled)}${fmt.list(zones)}`,
      path: locality.path,
      zones,
    };
  },
};

function missingZonesReason(nodes: number, unlabelled: number): string {
  if (unlabelled === nodes) return `none of ${nodes} nodes has the label topology.kubernetes.io/zone`;
  if (unlabelled === 0) return `all ${nodes} nodes are in one zone`;
  return `${unlabelled} of ${nodes} nodes ${pluralForm(unlabelled, 'lacks', 'lack')} the label topology.kubernetes.io/zone, all others are in one zone`;
}

/** topology-mode Auto ignores control planes (topologycache SetNodes, v0.37.1); trafficDistribution counts their endpoints. */
function isNoControlPlane({ labels }: Node): boolean {
  return !('node-role.kubernetes.io/control-plane' in labels || 'node-role.kubernetes.io/master' in labels);
}

function hasNoZone({ zone }: Node): boolean {
  return zone === null;
}
