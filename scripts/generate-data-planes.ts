import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { statedDataPlanes } from '../src/config/data-planes.ts';
import { applyApiDefaults } from '../src/model/api-defaults.ts';
import type { DataPlane, DataPlaneKind } from '../src/model/data-plane.ts';
import { ASSUMED_KUBE_PROXY } from '../src/model/data-plane.ts';
import type { Endpoint, EndpointSlice } from '../src/model/endpoint-slice.ts';
import { SLICE_CONTROLLER } from '../src/model/endpoint-slice.ts';
import type { Node } from '../src/model/node.ts';
import { projectService } from '../src/model/projection.ts';
import type { ClusterFacts } from '../src/model/topology.ts';
import { NEWEST_KNOWN_MINOR } from '../src/model/version.ts';
import { withStatements } from '../src/topology/data-plane.ts';
import { hintInputs, predictHints } from '../src/topology/hints.ts';
import { NodeSet } from '../src/topology/node-set.ts';
import { portRoutings } from '../src/topology/port-routing.ts';
import type { Route, TrafficClass } from '../src/topology/route.ts';
import { ServiceEndpoints } from '../src/topology/service-endpoints.ts';

const ROOT = join(import.meta.dirname, '..');
export const DATA_PLANES_PAGE = 'docs/data-planes.md';

/** One of each kind, version and setting that differs from another. */
const ROWS: readonly string[] = [
  'kube-proxy@1.30',
  'kube-proxy@1.33',
  'kube-proxy@1.37',
  'kube-proxy@1.37,local-detector=false',
  'kube-proxy@1.37,mode=ipvs',
  'windows-kube-proxy@1.37',
  ...[17, 18, 19, 20].flatMap(minor => [
    `cilium@1.${minor}`,
    `cilium@1.${minor},service-topology=true`,
    `cilium@1.${minor},service-topology=true,kube-proxy-replacement=false`,
  ]),
  'calico-ebpf@3.31',
  'ovn-kubernetes',
  'antrea@2.4',
  'antrea@2.4,proxy-all=true',
  'kube-router@2.6',
  'other',
];

type Obedience = 'obeyed' | 'partly' | 'ignored' | 'not known';

interface Column {
  readonly title: string;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly trafficClass: TrafficClass;
  readonly about: 'hints' | 'policies';
}

const hints = (value: string): Column => ({
  title: `\`${value}\``,
  spec: { trafficDistribution: value },
  trafficClass: 'internal',
  about: 'hints',
});

const COLUMNS: readonly Column[] = [
  hints('PreferClose'),
  hints('PreferSameZone'),
  hints('PreferSameNode'),
  { title: '`topology-mode: Auto`', spec: {}, trafficClass: 'internal', about: 'hints' },
  {
    title: '`internalTrafficPolicy: Local`',
    spec: { internalTrafficPolicy: 'Local' },
    trafficClass: 'internal',
    about: 'policies',
  },
  {
    title: '`externalTrafficPolicy: Local` for clients outside',
    spec: { externalTrafficPolicy: 'Local' },
    trafficClass: 'external',
    about: 'policies',
  },
  {
    title: 'the same for Pods at node ports and balancer addresses',
    spec: { externalTrafficPolicy: 'Local' },
    trafficClass: 'shortCircuit',
    about: 'policies',
  },
];

/** How the profile of each kind is proven. */
const PROOFS: Readonly<Record<DataPlaneKind, Readonly<Record<Column['about'], string>>>> = {
  'kube-proxy': { hints: 'own code, packets', policies: 'own code, packets' },
  'windows-kube-proxy': { hints: 'source, report', policies: 'source' },
  cilium: { hints: 'own code', policies: 'own code' },
  'calico-ebpf': { hints: '', policies: 'report' },
  'ovn-kubernetes': { hints: 'report', policies: 'documentation' },
  antrea: { hints: 'source', policies: 'documentation' },
  'kube-router': { hints: 'report', policies: 'report' },
  other: { hints: '', policies: '' },
};

const NODES: readonly Node[] = ['n1 zone-a', 'n2 zone-b', 'n3 zone-a', 'n4 zone-b'].map(text => {
  const [name = '', zone = ''] = text.split(' ');
  return {
    ...{ name, zone, labels: {}, taints: [], ready: true, deleting: false, createdAt: null, milliCPU: 4000 },
    ...{ thirdPartyProxy: null, kubeletMinor: null, os: '' },
  };
});

/** Two endpoints on each node but n4. */
const ENDPOINTS: readonly Endpoint[] = NODES.slice(0, 3).flatMap((node, i) =>
  [1, 2].map(j => ({
    ...{ address: `10.0.${i}.${j}`, ready: true, serving: true, terminating: false },
    ...{ nodeName: node.name, zone: node.zone, hints: null },
  })),
);

const SLICE: EndpointSlice = {
  ...{ namespace: 'default', name: 'web-1', serviceName: 'web', managedBy: SLICE_CONTROLLER, addressType: 'IPv4' },
  ...{ proxied: true, ports: [{ name: '', protocol: 'TCP', port: 80 }], endpoints: ENDPOINTS },
};

/** Whether the profile of the data plane obeys the setting, as its routes show. */
function obedience(statement: string, { title, spec, trafficClass, about }: Column): Obedience {
  const annotations = title.includes('topology-mode') ? { 'service.kubernetes.io/topology-mode': 'Auto' } : {};
  const service = applyApiDefaults(
    projectService({
      metadata: { name: 'web', namespace: 'default', annotations },
      spec: {
        ...{ clusterIP: '10.96.0.1', ipFamilies: ['IPv4'], type: 'LoadBalancer', selector: { app: 'web' } },
        ...{ ports: [{ port: 80, nodePort: 30_080 }], ...spec },
      },
    }),
  );
  const dataPlanes = withStatements(statedDataPlanes([statement], 'row'), ASSUMED_KUBE_PROXY);
  const facts: ClusterFacts = { version: { minor: NEWEST_KNOWN_MINOR }, dataPlanes, now: 0, topologyAgeSeconds: 0 };
  const { slices } = predictHints(hintInputs(service, facts.version), [SLICE], new NodeSet(NODES));
  const [port] = portRoutings({ service, endpoints: new ServiceEndpoints(slices), facts });
  const routeFrom = (i: number) => (NODES[i] && port?.route(trafficClass, NODES[i])) || null;
  return about === 'hints' ? hintObedience(routeFrom(0), title) : policyObedience(routeFrom(3));
}

/** n1 has 2 of the 6 endpoints, its zone 4. */
function hintObedience(route: Route | null, title: string): Obedience {
  if (route === null || route.verdict === 'unknown') return 'not known';
  const isSteered = route.endpoints.length < ENDPOINTS.length;
  if (!isSteered) return 'ignored';
  return title.includes('PreferSameNode') && route.endpoints.length > 2 ? 'partly' : 'obeyed';
}

/** n4 has no endpoint. */
function policyObedience(route: Route | null): Obedience {
  if (route === null || route.verdict === 'unknown') return 'not known';
  if (route.verdict !== 'forward') return 'obeyed';
  return route.reason === 'ipvs-falls-back-to-cluster' ? 'partly' : 'ignored';
}

function cell(statement: string, column: Column): string {
  const kind = kindOf(statement);
  const what = obedience(statement, column);
  const proof = PROOFS[kind][column.about];
  return what === 'not known' || proof === '' ? what : `${what} (${proof})`;
}

function kindOf(statement: string): DataPlane['kind'] {
  const [stated] = statedDataPlanes([statement], 'row');
  const [first] = stated?.candidates ?? [];
  if (!first) throw new Error(`${statement} states no data plane`);
  return first.kind;
}

/** Renders `docs/data-planes.md`. */
export function renderDataPlanes(): string {
  const titles = COLUMNS.map(({ title }) => title);
  const rows = ROWS.map(statement => [`\`${statement}\``, ...COLUMNS.map(column => cell(statement, column))]);
  return `<!-- Written by npm run docs from the profiles in src/topology/data-planes. Do not edit. -->

# Data planes

What zonewise takes as obeyed, by data plane, version and setting, in the notation of \`--dataplane\`. The cells are computed by the
profiles that the rules use: a field counts as obeyed if it changes the endpoints of a node, as partly obeyed if it does so in some cases
or prefers the zone where the node was asked for. Nothing is reported about a cell that is not known.

| data plane | ${titles.join(' | ')} |
|---|${titles.map(() => '---|').join('')}
${rows.map(cells => `| ${cells.join(' | ')} |`).join('\n')}

| proof | |
|---|---|
| own code | compared with the answers of the data plane's own code: \`npm run test:upstream\`, \`npm run test:cilium\` |
| packets | seen with real packets: \`npm run test:dataplane\` |
| source | read in the source, not run |
| documentation | documented by the project |
| report | reported in an issue of the project |

[Concepts](concepts.md#data-planes-and-versions) explains how the data plane of a node is found.
`;
}

if (import.meta.main) {
  writeFileSync(join(ROOT, DATA_PLANES_PAGE), renderDataPlanes());
  process.stdout.write(`${DATA_PLANES_PAGE}\n`);
}
