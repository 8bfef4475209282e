import { pluralForm } from '../model/plural.ts';
import { nodesFallingBack } from '../topology/hint-fallback.ts';
import { localityOf, requestsLocality } from './locality.ts';
import type { Rule } from './rule.ts';

export const clientNodesWithoutZone: Rule = {
  id: 'client-nodes-without-zone',
  level: 'info',
  needs: ['nodes', 'endpoints', 'dataplane: obeys hints'],
  summary: 'The Service prefers a zone and some client nodes have none',
  why: `kube-proxy compares the hints of the endpoints with the zone label of its own node. A node without
topology.kubernetes.io/zone has no zone to prefer: its Pods use the whole cluster, while all other nodes keep to their
zone. (An endpoint on such a node is worse: it disables the preference on all nodes, which zone-hints-blocked reports.)`,
  fix: `Label the nodes with topology.kubernetes.io/zone, which is the task of their cloud controller. kube-proxy reads
the label again when it changes.`,
  example: `apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  selector: { app: web } # Pods in every zone; one node without Pods has no zone label
  ports: [{ port: 80 }]
  trafficDistribution: PreferClose
`,
  source: 'pkg/proxy/topology.go topologyModeFromHints, v1.37.1',
  appliesTo: requestsLocality,
  *check(ctx) {
    const locality = localityOf(ctx.service, ctx.version);
    const clients = ctx.clientNodes();
    if (!locality || clients.zones.length < 2) return;
    const names = nodesFallingBack('node-without-zone', ctx.afterRollout().routing, clients);
    if (names.length === 0) return;
    const of = `${names.length} of ${clients.size} nodes ${pluralForm(names.length, 'has', 'have')}`;
    yield {
      message: fmt =>
        `${locality.label}: ${of} no zone label${fmt.list(names)}, ` +
        `${pluralForm(names.length, 'its', 'their')} pods' traffic goes to all zones; label ${pluralForm(names.length, 'it', 'them')} with topology.kubernetes.io/zone`,
      path: locality.path,
      nodes: names,
    };
  },
};
