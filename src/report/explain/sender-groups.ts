import type { Node } from '../../model/node.ts';
import type { ProxyEndpoint } from '../../topology/proxy-endpoint.ts';
import type { Route } from '../../topology/route.ts';
import type { NodeRoute } from './routes.ts';

/** Traffic from some zones to one zone, or to nowhere. */
export interface Flow {
  readonly fate: Route['verdict'];
  /** Of the endpoints; `null` where they have none, and where the traffic is lost. */
  readonly zone: string | null;
  /** Endpoints that take part. */
  readonly endpoints: number;
  /** Of all traffic of the class, 0 to 1. */
  readonly share: number;
}

/** Zones whose nodes send alike. */
export interface Source {
  readonly zones: readonly (string | null)[];
  readonly nodes: number;
  readonly flows: readonly Flow[];
}

/** Who sends where. Cost: nodes + zones times the distinct sets of endpoints. */
export function flowsOf(routes: readonly NodeRoute[], weight: (node: Node) => number): readonly Source[] {
  const zones = new Map<string | null, ZoneFlows>();
  for (const { node, route } of routes) {
    const zone = zones.get(node.zone) ?? new ZoneFlows();
    zones.set(node.zone, zone);
    zone.add(route, weight(node));
  }
  const sources = [...zones].map(([zone, flows]) => ({ zones: [zone], nodes: flows.nodes, flows: flows.list() }));
  return [...Map.groupBy(sources.toSorted(byZone), patternOf).values()].map(merge);
}

export function lostShare(sources: readonly Source[]): number {
  const lost = sources.flatMap(({ flows }) => flows.filter(({ fate }) => fate !== 'forward'));
  return lost.reduce((sum, { share }) => sum + share, 0);
}

interface Growing {
  readonly fate: Route['verdict'];
  readonly zone: string | null;
  readonly endpoints: Set<ProxyEndpoint>;
  share: number;
}

/** What the nodes of one zone send. */
class ZoneFlows {
  nodes = 0;
  readonly #sets = new Map<readonly ProxyEndpoint[], { share: number }>();
  readonly #lost = new Map<Route['verdict'], Growing>();

  add({ verdict, endpoints }: Route, share: number): void {
    this.nodes++;
    const known = verdict === 'forward' ? this.#sets.get(endpoints) : this.#lost.get(verdict);
    if (known) known.share += share;
    else if (verdict === 'forward') this.#sets.set(endpoints, { share });
    else this.#lost.set(verdict, { fate: verdict, zone: null, endpoints: new Set(), share });
  }

  /** What is lost first, then the largest. */
  list(): readonly Flow[] {
    const byZone = new Map<string | null, Growing>();
    for (const [endpoints, { share }] of this.#sets) {
      for (const endpoint of endpoints) {
        const flow = byZone.get(endpoint.zone) ?? startOf(endpoint.zone);
        byZone.set(endpoint.zone, flow);
        flow.endpoints.add(endpoint);
        flow.share += share / endpoints.length;
      }
    }
    const forwarded = [...byZone.values()].toSorted(
      (a, b) => millionths(b) - millionths(a) || compareZones(a.zone, b.zone),
    );
    return [...this.#lost.values(), ...forwarded].map(flow => ({ ...flow, endpoints: flow.endpoints.size }));
  }
}

/** Sums of fractions differ where they should not. */
function millionths({ share }: { readonly share: number }): number {
  return Math.round(share * 1e6);
}

function startOf(zone: string | null): Growing {
  return { fate: 'forward', zone, endpoints: new Set(), share: 0 };
}

/** Equal where each part of what the zones send goes the same way. */
function patternOf({ flows }: Source): string {
  const total = flows.reduce((sum, { share }) => sum + share, 0);
  const parts = flows.map(({ fate, zone, share }) => `${fate} ${zone} ${(share / total).toFixed(6)}`);
  return parts.toSorted().join();
}

function same(flow: Flow): (other: Flow) => boolean {
  return other => other.fate === flow.fate && other.zone === flow.zone;
}

function merge(sources: readonly Source[]): Source {
  const [first] = sources;
  if (!first) throw new Error('a group without a member');
  return {
    zones: sources.flatMap(({ zones }) => zones),
    nodes: sources.reduce((sum, { nodes }) => sum + nodes, 0),
    flows: first.flows.map(flow => ({
      ...flow,
      share: sources.reduce((sum, { flows }) => sum + (flows.find(same(flow))?.share ?? 0), 0),
    })),
  };
}

function byZone({ zones: [a = null] }: Source, { zones: [b = null] }: Source): number {
  return compareZones(a, b);
}

/** Nodes and endpoints without a zone come last. */
function compareZones(a: string | null, b: string | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return a < b ? -1 : Number(a > b);
}
