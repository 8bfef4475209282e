import type { PortExplanation } from '../../src/topology/explain.ts';
import type { RawCluster, RawHints, RawService, RawSlice } from './generate/objects.ts';
import { SERVICE_NAME } from './generate/objects.ts';
import type { Model } from './model.ts';
import type { Answer, NodeViews, PortView, Prediction } from './oracle.ts';

/** One difference between zonewise and upstream. */
export interface Mismatch {
  readonly service: string;
  /** `predicted hints of http/IPv4`, `observed node-1 http/IPv4`. */
  readonly what: string;
  readonly ours: unknown;
  /** All possible outcomes of upstream. */
  readonly upstream: readonly unknown[];
}

export function compare(cluster: RawCluster, answer: Answer, model: Model): Mismatch[] {
  return cluster.services.flatMap(service => {
    const key = `${service.metadata.namespace}/${service.metadata.name}`;
    const prediction = answer.predicted[key];
    const predicted = model.explain(cluster, service, 'predicted');
    return [
      ...compareNodes(
        { key, source: 'observed', views: answer.observed[key] ?? {} },
        model.explain(cluster, service, 'observed'),
      ),
      ...(prediction ? compareHints({ key, cluster, service, prediction }, predicted) : []),
      ...(prediction?.nodes ? compareNodes({ key, source: 'predicted', views: prediction.nodes }, predicted) : []),
    ];
  });
}

/** The views of a port on a node, and the predictions of a Service's hints, that `compare` compares. */
export function countAnswers({ observed, predicted }: Answer): number {
  const countViews = (views: NodeViews) =>
    Object.values(views).reduce((sum, byPort) => sum + Object.keys(byPort).length, 0);
  const ofObserved = Object.values(observed).reduce((sum, views) => sum + countViews(views), 0);
  return Object.values(predicted).reduce((sum, { nodes }) => sum + 1 + countViews(nodes ?? {}), ofObserved);
}

interface Nodes {
  readonly key: string;
  readonly source: string;
  readonly views: NodeViews;
}

function compareNodes({ key, source, views }: Nodes, ports: readonly PortExplanation[]): Mismatch[] {
  const found: Mismatch[] = [];
  const ours = new Map<string, PortView>();
  for (const port of ports) {
    for (const node of port.nodes) ours.set(`${node.node} ${port.port}/${port.ipFamily}`, viewOf(node));
  }
  for (const [node, byPort] of Object.entries(views)) {
    for (const [port, upstream] of Object.entries(byPort)) {
      const at = `${node} ${port}`;
      const mine = ours.get(at) ?? null;
      ours.delete(at);
      if (!upstream.some(view => same(view, mine)))
        found.push({ service: key, what: `${source} ${at}`, ours: mine, upstream });
    }
  }
  for (const [at, mine] of ours) found.push({ service: key, what: `${source} ${at}`, ours: mine, upstream: [null] });
  return found;
}

function viewOf(node: PortView): PortView {
  const sorted = (names: readonly string[] | null) => names && [...names].sort();
  const { cluster, local, reachable, hasAny } = node;
  return { cluster: sorted(cluster), local: sorted(local), reachable: [...reachable].sort(), hasAny };
}

interface Hints {
  readonly key: string;
  readonly cluster: RawCluster;
  readonly service: RawService;
  readonly prediction: Prediction;
}

/** Number of hints per port and family: endpoints of all slices with the port, by zone and by node. */
function compareHints({ key, cluster, service, prediction }: Hints, ports: readonly PortExplanation[]): Mismatch[] {
  const found: Mismatch[] = [];
  for (const port of ports) {
    const slices = cluster.slices.filter(slice => carries(slice, service, port));
    const ours = counts(port.hints.zones, port.hints.nodes);
    const upstream = prediction.outcomes.map(outcome =>
      countHints(slices.flatMap(s => outcome[s.metadata.name] ?? [])),
    );
    if (upstream.some(one => same(one, ours))) continue;
    const what = `predicted hints of ${port.port}/${port.ipFamily} (${prediction.path})`;
    found.push({
      service: key,
      what,
      ours,
      upstream: [...new Set(upstream.map(one => JSON.stringify(one)))].map(text => JSON.parse(text) as unknown),
    });
  }
  return found;
}

function carries(slice: RawSlice, service: RawService, port: PortExplanation): boolean {
  if (slice.metadata.namespace !== service.metadata.namespace) return false;
  if (slice.metadata.labels[SERVICE_NAME] !== service.metadata.name || slice.addressType !== port.ipFamily)
    return false;
  return slice.ports.some(p => (p.name ?? '') === port.port && (p.protocol ?? 'TCP') === port.protocol);
}

function countHints(hints: readonly (RawHints | null)[]): unknown {
  const zones: Record<string, number> = {};
  const nodes: Record<string, number> = {};
  for (const hint of hints) {
    for (const { name } of hint?.forZones ?? []) zones[name] = (zones[name] ?? 0) + 1;
    for (const { name } of hint?.forNodes ?? []) nodes[name] = (nodes[name] ?? 0) + 1;
  }
  return counts(zones, nodes);
}

function counts(zones: Readonly<Record<string, number>>, nodes: Readonly<Record<string, number>>): unknown {
  const sorted = (record: Readonly<Record<string, number>>) => Object.fromEntries(Object.entries(record).sort());
  return { zones: sorted(zones), nodes: sorted(nodes) };
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
