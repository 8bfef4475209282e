import type { DataPlaneKind } from '../model/data-plane.ts';
import type { Node } from '../model/node.ts';
import { pluralForm } from '../model/plural.ts';
import { profileOf } from '../topology/data-planes/index.ts';
import { selectNodes } from '../topology/node-selection.ts';
import { localityOf, requestsLocality } from './locality.ts';
import type { Rule } from './rule.ts';

export const nodesIgnoreHints: Rule = {
  id: 'nodes-ignore-hints',
  level: 'warn',
  needs: ['nodes', 'dataplane: known'],
  summary: 'The data plane of some nodes does not read EndpointSlice hints',
  why: `trafficDistribution and topology-mode become hints on EndpointSlices, which the data plane of each node must obey.
kube-proxy on Windows, kube-router and OVN-Kubernetes ignore them (OVN-Kubernetes those of trafficDistribution), so Pods on
such nodes use all endpoints. Beside nodes that obey the hints this is information. dataplane-ignores-hints covers Cilium.`,
  fix: 'Run clients that need the locality on other nodes, or expect their traffic in all zones.',
  example: `# checked with --dataplane kube-router
apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  selector: { app: web }
  ports: [{ port: 80 }]
  trafficDistribution: PreferClose
`,
  source:
    'pkg/proxy/winkernel/proxier.go, v1.37.1 (kubernetes/kubernetes#123823); cloudnativelabs/kube-router#1005, ' +
    'ovn-kubernetes/ovn-kubernetes#6888',
  appliesTo: requestsLocality,
  *check(ctx) {
    const locality = localityOf(ctx.service, ctx.version);
    if (!locality) return;
    const ignoring = (node: Node) => {
      const dataPlane = ctx.dataPlaneOf(node);
      return NAMES[dataPlane.kind] !== undefined && profileOf(dataPlane).obeysHints(ctx.service, dataPlane) === false;
    };
    const clients = ctx.clientNodes();
    const names = selectNodes(clients, [], ignoring);
    if (names.length === 0) return;
    const kinds = new Set(
      clients.groups.filter(({ nodes }) => nodes.slice(0, 1).some(ignoring)).map(g => g.dataPlane.kind),
    );
    const which = [...kinds].map(kind => NAMES[kind]).join(' and ');
    const all = names.length === clients.size;
    yield {
      message: fmt =>
        all
          ? `${which} ${pluralForm(kinds.size, 'ignores', 'ignore')} ${locality.label}: it does not read hints`
          : `${locality.label}: ${names.length} of ${clients.size} nodes${fmt.list(names)} ${pluralForm(names.length, 'runs', 'run')} ` +
            `${which}, which ignores hints; ${pluralForm(names.length, 'its', 'their')} pods use all endpoints`,
      path: locality.path,
      nodes: names,
      ...(!all && { maxLevel: 'info' }),
    };
  },
};

/** Data planes that other rules do not cover. */
const NAMES: { readonly [K in DataPlaneKind]?: string } = {
  'windows-kube-proxy': 'kube-proxy on Windows',
  'kube-router': 'kube-router',
  'ovn-kubernetes': 'OVN-Kubernetes',
};
