import type { RouteExplanation } from '../../../src/topology/explain.ts';
import type { TrafficClass } from '../../../src/topology/route.ts';
import type { Measurement } from './measure.ts';

/** A route covered by packets. */
export interface TriedRoute {
  readonly trafficClass: TrafficClass;
  readonly route: RouteExplanation;
}

const LOCAL_ROUTES = ['NodeLocal forward', 'NodeLocal drop', 'NodeLocal reject'];
const CLUSTER_ROUTES = ['SameNode forward', 'SameZone forward', 'ClusterWide forward', 'ClusterWide reject'];

/** Every mode and verdict that a class can have under kube-proxy. The short-circuit has no Local policy. */
const ROUTES: Readonly<Record<TrafficClass, readonly string[]>> = {
  internal: [...LOCAL_ROUTES, ...CLUSTER_ROUTES],
  external: [...LOCAL_ROUTES, ...CLUSTER_ROUTES],
  shortCircuit: CLUSTER_ROUTES,
};

const REASONS: readonly RouteExplanation['reason'][] = [
  'same-node-hints',
  'same-zone-hints',
  'no-hints',
  'hints-incomplete',
  'no-hint-for-zone',
  'node-without-zone',
  'local-endpoints',
  'draining-local-endpoints',
  'draining-endpoints',
  'no-local-endpoint',
  'no-endpoints',
];

/** Routes that the run should cover and does not. */
export function untried(tried: readonly TriedRoute[]): readonly string[] {
  const text = ({ trafficClass, route }: TriedRoute): string => `${trafficClass} ${route.mode} ${route.verdict}`;
  const seen = new Set([...tried.map(text), ...tried.map(({ route }) => route.reason)]);
  const wanted = Object.entries(ROUTES).flatMap(([name, routes]) => routes.map(route => `${name} ${route}`));
  return [...wanted, ...REASONS].filter(what => !seen.has(what));
}

/** Summary of the run in one paragraph. */
export function report(observations: readonly Measurement[], milliseconds: number): string {
  const services = new Set(observations.map(({ service }) => service));
  const triples = new Set(observations.map(o => `${o.service}:${o.port} ${o.node} ${o.trafficClass}`));
  const tries = observations.reduce((sum, { result }) => sum + result.tries, 0);
  const seconds = Math.round(milliseconds / 1_000);
  return (
    `dataplane: ${services.size} Services, ${triples.size} triples of Service port, node and class, ` +
    `${observations.length} probes, ${tries} connections in ${seconds} s\n`
  );
}
