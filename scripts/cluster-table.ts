import { ManifestTopology } from '../src/cluster/manifests/manifest-topology.ts';
import { applyApiDefaults } from '../src/model/api-defaults.ts';
import { describeDataPlanes } from '../src/model/data-plane-text.ts';
import type { Endpoint } from '../src/model/endpoint-slice.ts';
import type { Node } from '../src/model/node.ts';
import { projectService } from '../src/model/projection.ts';
import { asObject } from '../src/model/raw.ts';
import { formatVersion, NEWEST_KNOWN_MINOR } from '../src/model/version.ts';
import { slicesFromPods } from '../src/topology/pod-slices.ts';
import type { Fixture } from '../test/rules/fixture.ts';
import { clusterOf, factsOf, manifestsOf } from '../test/rules/judge.ts';

/** A fixture's cluster as Markdown: version and data plane if they matter, then the Pods of each node. */
export function clusterTable(fixture: Fixture): string {
  const cluster = clusterOf(fixture);
  const evaluated = manifestsOf(fixture.evaluated, fixture.file);
  const topology = new ManifestTopology([...cluster, ...evaluated.filter(({ kind }) => kind !== 'Service')]);
  const service = evaluated.find(({ kind }) => kind === 'Service');
  const projected = service && applyApiDefaults(projectService(service.raw));
  const slices = projected ? topology.slices(projected.namespace, projected.name) : [];
  const { version } = fixture.settings;
  const made =
    projected && slices.length === 0
      ? slicesFromPods(projected, topology.podsOf(projected), { topology, version })
      : slices;
  const endpoints = made.flatMap(slice => slice.endpoints);
  const old = projected && cluster.findLast(({ kind, name }) => kind === 'Service' && name === projected.name);
  return [about(fixture), old && `Before: ${specOf(old.raw)}`, table(topology.nodes(), endpoints)]
    .filter(Boolean)
    .join('\n\n');
}

function about(fixture: Fixture): string {
  const { version, source } = fixture.settings;
  const { dataPlanes } = factsOf(fixture);
  const dataPlane = describeDataPlanes(dataPlanes);
  const parts = [
    version.minor === NEWEST_KNOWN_MINOR ? '' : `Kubernetes ${formatVersion(version)}`,
    dataPlane === 'kube-proxy' ? '' : `data plane ${dataPlane}`,
    source === 'admission' ? 'evaluated by the webhook' : '',
  ].filter(Boolean);
  return parts.length > 0 ? `${parts.join(', ')}.` : '';
}

function specOf(raw: unknown): string {
  return `\`spec: ${JSON.stringify(asObject(asObject(raw)['spec']))}\``;
}

function table(nodes: readonly Node[], endpoints: readonly Endpoint[]): string {
  if (nodes.length === 0) return '';
  const rows = nodes.map(node => [
    node.name,
    node.zone ?? 'none',
    endpoints
      .filter(endpoint => endpoint.nodeName === node.name)
      .map(describe)
      .join(', ') || 'none',
    remarks(node),
  ]);
  const elsewhere = endpoints.filter(
    ({ nodeName }) => nodeName === null || !nodes.some(({ name }) => name === nodeName),
  );
  if (elsewhere.length > 0) rows.push(['no known node', '', elsewhere.map(describe).join(', '), '']);
  const lines = rows.map(cells => `| ${cells.join(' | ')} |`);
  return ['| node | zone | endpoints | |', '|---|---|---|---|', ...lines].join('\n');
}

function describe({ address, ready, terminating }: Endpoint): string {
  if (terminating) return `${address} (terminating)`;
  return ready === false ? `${address} (not ready)` : address;
}

function remarks(node: Node): string {
  const taints = node.taints.map(({ key, effect }) => `tainted \`${key}:${effect}\``);
  return [...(node.ready ? [] : ['not ready']), ...(node.deleting ? ['being deleted'] : []), ...taints].join(', ');
}
