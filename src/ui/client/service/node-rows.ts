import type { Node } from '../../../model/node.ts';
import { reasonText } from '../../../report/reason-text.ts';
import type { PortRouting } from '../../../topology/port-routing.ts';
import type { Route, TrafficClass } from '../../../topology/route.ts';
import { pluralText } from '../diagram/text.ts';
import type { EvaluatedService } from './evaluate-service.ts';
import type { ServiceState } from './service-state.ts';

export interface NodeRow {
  readonly node: Node;
  readonly isClient: boolean;
  /** Number of ready endpoints on the node; the maximum over all ports and IP families. */
  readonly endpoints: number;
  readonly isLosing: boolean;
  readonly text: string;
}

export interface NodeFilter {
  readonly text: string;
  readonly losing: boolean;
}

/** One row per node: nodes that lose traffic first, then client nodes, then all others. */
export function nodeRows({ state, clients, ports }: EvaluatedService, losing: ReadonlySet<string>): readonly NodeRow[] {
  const clientNames = new Set(clients.nodes.map(node => node.name));
  const rows = state.nodes.map((node): NodeRow => {
    const endpoints = ports.reduce(
      (most, port) => Math.max(most, port.index.readyOnNode.get(node.name)?.length ?? 0),
      0,
    );
    const isLosing = losing.has(node.name);
    const text = `${node.name} ${node.zone ?? 'no zone'}`.toLowerCase();
    return { node, isClient: clientNames.has(node.name), endpoints, isLosing, text };
  });
  const rank = (row: NodeRow) => (row.isLosing ? 0 : row.isClient ? 1 : 2);
  return rows.sort((a, b) => rank(a) - rank(b) || (a.node.name < b.node.name ? -1 : 1));
}

export function filterNodes(rows: readonly NodeRow[], { text, losing }: NodeFilter): readonly NodeRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter(row => (!losing || row.isLosing) && words.every(word => row.text.includes(word)));
}

/** Why a node is not a client node; `null` if it is one. */
export function notClientReason(
  { node, isClient }: NodeRow,
  isDrained: boolean,
  { facts, policy }: ServiceState,
): string | null {
  if (isClient) return null;
  if (isDrained) return 'drained';
  if (!node.ready) return 'not ready';
  if (node.deleting) return 'being deleted';
  const isYoung = facts.now - (node.createdAt ?? 0) < policy.clientNodes.minAgeMs;
  return isYoung ? 'too young to be a client node' : 'not a client node';
}

export interface RouteCell {
  readonly verdict: Route['verdict'];
  /** `2 endpoints` or `dropped` */
  readonly head: string;
  readonly why: string;
}

/** The node's route for one class, the most severe over all ports; `null` if there is no traffic of the class. */
export function routeCell(trafficClass: TrafficClass, node: Node, ports: readonly PortRouting[]): RouteCell | null {
  const routes = ports.flatMap(port => port.route(trafficClass, node) ?? []);
  const [worst] = routes.toSorted((a, b) => SEVERITY_ORDER[a.verdict] - SEVERITY_ORDER[b.verdict]);
  if (!worst) return null;
  const { verdict, endpoints, reason } = worst;
  return { verdict, head: VERDICT_TEXT[verdict] ?? pluralText(endpoints.length, 'endpoint'), why: reasonText(reason) };
}

const SEVERITY_ORDER: Readonly<Record<Route['verdict'], number>> = { drop: 0, reject: 1, unknown: 2, forward: 3 };
const VERDICT_TEXT: Readonly<Record<Route['verdict'], string | null>> = {
  drop: 'dropped',
  reject: 'refused',
  unknown: 'unknown',
  forward: null,
};
