import type { Node } from '../model/node.ts';
import { pluralForm } from '../model/plural.ts';
import { isTopologyModeAuto } from '../model/service.ts';
import { selectNodes } from '../topology/node-selection.ts';
import {
  hintSupport,
  NODE_HINTS_SINCE_MINOR,
  ZONE_HINTS_WITHOUT_ANNOTATION_SINCE_MINOR,
} from '../topology/proxy-version.ts';
import { localityOf, requestsLocality } from './locality.ts';
import type { Rule, RuleContext } from './rule.ts';

export const nodeVersionIgnoresHints: Rule = {
  id: 'node-version-ignores-hints',
  level: 'warn',
  needs: ['nodes', 'dataplane: obeys hints'],
  summary: 'Some nodes run a kube-proxy too old for the hints of this trafficDistribution',
  why: `Nodes may be older than the API server. A kube-proxy before 1.34 ignores node hints, so PreferSameNode behaves
like PreferSameZone there; one before 1.31 ignores all hints of a Service without the topology-mode annotation, so that
its clients use the whole cluster. kube-proxy is assumed to have the kubelet's version, and nodes that report none are
not counted. The rule does not apply to Cilium, which replaces kube-proxy.`,
  fix: 'Upgrade the nodes named; until then the value takes effect only on the others.',
  example: `apiVersion: v1
kind: Service
metadata: { name: cache }
spec:
  selector: { app: cache } # in a cluster where some kubelets are at 1.33
  ports: [{ port: 6379 }]
  trafficDistribution: PreferSameNode
`,
  source: 'pkg/proxy/topology.go topologyModeFromHints of v1.37.1, canUseTopology of v1.30.14',
  appliesTo: service => requestsLocality(service) && !isTopologyModeAuto(service),
  *check(ctx) {
    const locality = localityOf(ctx.service, ctx.version);
    if (!locality || locality.kind === 'auto' || !hasAlternatives(locality.kind, ctx)) return;
    const clients = ctx.clientNodes();
    const unsupporting = (what: 'nodes' | 'zones') =>
      selectNodes(clients, [], node => {
        const minor = kubeProxyMinor(node, ctx);
        return minor !== null && !hintSupport(minor, ctx.service)[what];
      });
    const noZones = unsupporting('zones');
    const old = locality.kind === 'same-node' ? unsupporting('nodes') : noZones;
    if (old.length === 0) return;
    const since = locality.kind === 'same-node' ? NODE_HINTS_SINCE_MINOR : ZONE_HINTS_WITHOUT_ANNOTATION_SINCE_MINOR;
    yield {
      message: fmt =>
        `${locality.label}: ${old.length} of ${clients.size} nodes ${pluralForm(old.length, 'is', 'are')} older than 1.${since}${fmt.list(old)}, ` +
        `with a kube-proxy of that age traffic there ${remainingPreference(old.length, noZones.length)}; upgrade`,
      path: locality.path,
      nodes: old,
    };
  },
};

function remainingPreference(old: number, withoutZones: number): string {
  if (withoutZones === 0) return 'prefers only the zone';
  return withoutZones === old ? 'goes to all endpoints' : 'prefers only the zone or nothing';
}

/** `null` for nodes of unknown version and for those that kube-proxy does not serve. */
function kubeProxyMinor(node: Node, ctx: RuleContext): number | null {
  const dataPlane = ctx.dataPlaneOf(node);
  return dataPlane.kind === 'kube-proxy' ? (dataPlane.version?.minor ?? node.kubeletMinor) : null;
}

/** False if an old kube-proxy selects the same endpoints, with one zone or one node. */
function hasAlternatives(kind: 'same-zone' | 'same-node', ctx: RuleContext): boolean {
  return kind === 'same-node' ? ctx.nodes().size > 1 : ctx.nodes().zones.length > 1;
}
