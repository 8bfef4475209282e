import type { Node } from '../../model/node.ts';
import type { PortReach } from '../../topology/port-routing.ts';
import type { Route, TrafficClass } from '../../topology/route.ts';
import { equalWeight, weightByCPU } from '../../topology/senders.ts';
import { printable } from '../printable.ts';
import { sayReason } from '../reason-text.ts';
import { percent, pictureOf } from './diagram.ts';
import type { NodeRoute } from './routes.ts';
import { routesOf } from './routes.ts';
import { flowsOf, lostShare } from './sender-groups.ts';
import type { ExplainStyle } from './style.ts';
import { paint } from './style.ts';

interface ClassText {
  readonly title: string;
  /** Whose traffic the picture shares out. */
  readonly senders: 'client nodes, by their CPUs' | 'each node receives as much';
}

const CLASSES: Readonly<Record<TrafficClass, ClassText>> = {
  internal: { title: 'pods to the ClusterIP', senders: 'client nodes, by their CPUs' },
  external: {
    title: "outside, and other nodes' pods, to this node's port or external address",
    senders: 'each node receives as much',
  },
  shortCircuit: {
    title: "pods and hosts to external addresses and to their own node's port",
    senders: 'client nodes, by their CPUs',
  },
};

export interface ClassesOf {
  readonly nodes: readonly Node[];
  /** Those of `nodes` that pods send from. */
  readonly clients: readonly Node[];
  readonly style: ExplainStyle;
}

/** Per class of traffic the picture, and under it the nodes with the same fate. */
export function classLines(port: PortReach, of: ClassesOf): readonly string[] {
  return (['internal', 'external', 'shortCircuit'] as const).flatMap(trafficClass => {
    const routes = routesOf(port, trafficClass, of.nodes);
    if (routes.length === 0) return [];
    const { title } = CLASSES[trafficClass];
    return ['', `  ${title}`, ...picture(trafficClass, port, of), ...fates(routes, of.style)];
  });
}

function picture(trafficClass: TrafficClass, port: PortReach, { nodes, clients, style }: ClassesOf): readonly string[] {
  const { senders } = CLASSES[trafficClass];
  const ofClients = senders === 'client nodes, by their CPUs';
  const sending = ofClients ? clients : nodes;
  if (sending.length === 0) return [];
  const weight = ofClients ? weightByCPU(sending) : equalWeight(sending);
  const sources = flowsOf(routesOf(port, trafficClass, sending), weight);
  const lost = lostShare(sources);
  const shares = ofClients ? `shares of ${sending.length} ${senders}` : `shares if ${senders}`;
  const head = lost > 0 ? `${shares}; ${paint(style, 'red', `${percent(lost)} is lost`)}` : shares;
  return [`    ${head}`, ...pictureOf(sources, style), ''];
}

interface Fate {
  readonly route: Route;
  readonly nodes: Node[];
  /** Endpoints that each of the nodes may choose from. */
  fewest: number;
  most: number;
}

/** Nodes with the same fate share a line. */
function fates(routes: readonly NodeRoute[], style: ExplainStyle): readonly string[] {
  const groups = new Map<string, Fate>();
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
  const order = { drop: 0, reject: 1, forward: 2 };
  const sorted = [...groups.values()].toSorted((a, b) => order[a.route.verdict] - order[b.route.verdict]);
  return sorted.flatMap(group => fateLines(group, style));
}

const NAMED = 6;

function fateLines({ route, nodes, fewest, most }: Fate, style: ExplainStyle): readonly string[] {
  const isForward = route.verdict === 'forward';
  const verdict = isForward ? 'forward' : route.verdict.toUpperCase();
  const count = `${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'}`.padEnd(9);
  const range = fewest === most ? `${most}` : `${fewest} to ${most}`;
  const to = isForward ? ` to ${range} ${most === 1 ? 'endpoint' : 'endpoints'}` : '';
  const said = `    ${count} ${paint(style, isForward ? 'green' : 'red', verdict)}${to}, ${sayReason(route.reason)}:`;
  const names = nodes.map(node => printable(node.name));
  if (style.allNodes) return [said, ...wrapped(names, style.columns ?? 100)];
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
  return [`${said} ${names.slice(0, NAMED).join(', ')}${more}`];
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
