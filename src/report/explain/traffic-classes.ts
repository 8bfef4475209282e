import type { Node } from '../../model/node.ts';
import { plural } from '../../model/plural.ts';
import type { PortRouting } from '../../topology/port-routing.ts';
import type { Route, TrafficClass } from '../../topology/route.ts';
import { type Senders, type TrafficInput, trafficSenders } from '../../topology/traffic-senders.ts';
import { trafficFlows } from '../../topology/zone-flows.ts';
import { percent } from '../percent.ts';
import { printable } from '../printable.ts';
import { reasonText } from '../reason-text.ts';
import { renderDiagram } from './diagram.ts';
import { type NodeRoute, routesByNode } from './routes.ts';
import { senderGroups } from './sender-groups.ts';
import { type ExplainStyle, styled } from './style.ts';

const TITLES: Readonly<Record<TrafficClass, string>> = {
  internal: 'pods to the ClusterIP',
  external: "outside, and other nodes' pods, to this node's port or external address",
  shortCircuit: "pods and hosts to external addresses and to their own node's port",
};

export interface TrafficClassInput {
  readonly nodes: readonly Node[];
  /** The inputs of the senders. */
  readonly traffic: TrafficInput;
  readonly style: ExplainStyle;
}

/** Per class of traffic the diagram, and below it the nodes with the same route. */
export function trafficClassLines(port: PortRouting, of: TrafficClassInput): readonly string[] {
  return (['internal', 'external', 'shortCircuit'] as const).flatMap(trafficClass => {
    const routes = routesByNode(port, trafficClass, of.nodes);
    if (routes.length === 0) return [];
    return [
      '',
      `  ${TITLES[trafficClass]}`,
      ...diagramSection(trafficClass, port, of),
      ...routeGroupLines(routes, of.style),
    ];
  });
}

function diagramSection(
  trafficClass: TrafficClass,
  port: PortRouting,
  { traffic, style }: TrafficClassInput,
): readonly string[] {
  const senders = trafficSenders(trafficClass, traffic);
  if (senders.sending.length === 0) return [];
  const flows = trafficFlows(trafficClass, port, senders.sending);
  const shares = sharesText(trafficClass, senders);
  const head = flows.lost > 0 ? `${shares}; ${styled(style, 'red', `${percent(flows.lost)} is lost`)}` : shares;
  return [`    ${head}`, ...renderDiagram(senderGroups(flows, senders.sending), style), ''];
}

function sharesText(trafficClass: TrafficClass, { sending, unhealthy }: Senders): string {
  if (trafficClass !== 'external') return `shares of ${plural(sending.length, 'client node')}, by their CPUs`;
  const failing = unhealthy.length === 0 ? '' : `; ${unhealthy.length} more fail the load balancer's health check`;
  return `equal shares of ${plural(sending.length, 'node')} that outside traffic enters${failing}`;
}

interface RouteGroup {
  readonly route: Route;
  readonly nodes: Node[];
  /** Endpoints available to each of the nodes. */
  fewest: number;
  most: number;
}

/** Nodes with equal routes share a line. */
function routeGroupLines(routes: readonly NodeRoute[], style: ExplainStyle): readonly string[] {
  const groups = new Map<string, RouteGroup>();
  for (const { node, route } of routes) {
    const ownZone = route.mode === 'SameZone' ? node.zone : '';
    const key = `${route.verdict} ${route.mode} ${route.reason} ${ownZone}`;
    const n = route.endpoints.length;
    const group = groups.get(key) ?? { route, nodes: [], fewest: n, most: n };
    groups.set(key, group);
    group.nodes.push(node);
    group.fewest = Math.min(group.fewest, n);
    group.most = Math.max(group.most, n);
  }
  const order = { drop: 0, reject: 1, unknown: 2, forward: 3 };
  const sorted = [...groups.values()].toSorted((a, b) => order[a.route.verdict] - order[b.route.verdict]);
  return sorted.flatMap(group => groupLines(group, style));
}

const MAX_NAMES_SHOWN = 6;

function groupLines({ route, nodes, fewest, most }: RouteGroup, style: ExplainStyle): readonly string[] {
  const isForward = route.verdict === 'forward';
  const verdict = isForward ? 'forward' : route.verdict.toUpperCase();
  const count = plural(nodes.length, 'node').padEnd(9);
  const range = fewest === most ? `${most}` : `${fewest} to ${most}`;
  const to = isForward ? ` to ${range} ${most === 1 ? 'endpoint' : 'endpoints'}` : '';
  const text = `    ${count} ${styled(style, isForward ? 'green' : 'red', verdict)}${to}, ${reasonText(route.reason)}:`;
  const names = nodes.map(node => printable(node.name));
  if (style.allNodes) return [text, ...wrapped(names, style.columns ?? 100)];
  const more = names.length > MAX_NAMES_SHOWN ? ` and ${names.length - MAX_NAMES_SHOWN} more` : '';
  return [`${text} ${names.slice(0, MAX_NAMES_SHOWN).join(', ')}${more}`];
}

function wrapped(names: readonly string[], columns: number): readonly string[] {
  const indent = ' '.repeat(14);
  const lines: string[] = [];
  let line = '';
  for (const [i, name] of names.entries()) {
    const word = i < names.length - 1 ? `${name},` : name;
    if (line !== '' && indent.length + line.length + 1 + word.length > columns) {
      lines.push(indent + line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...lines, indent + line];
}
