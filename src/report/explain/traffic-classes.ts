import { firstNames } from '../../model/first-names.ts';
import type { Node } from '../../model/node.ts';
import { plural, pluralForm } from '../../model/plural.ts';
import type { TrafficInput } from '../../topology/entrances.ts';
import { entrancesOf, entryNodes } from '../../topology/entrances.ts';
import type { PortRouting } from '../../topology/port-routing.ts';
import type { Route, TrafficClass } from '../../topology/route.ts';
import type { NodesAway } from '../../topology/scenarios/topology-under.ts';
import { outsideSenders, type Senders, trafficSenders } from '../../topology/traffic-senders.ts';
import { trafficFlows } from '../../topology/zone-flows.ts';
import { percentOfGroup } from '../percent.ts';
import { notSentText, reasonText } from '../reason-text.ts';
import { trafficClassName } from '../traffic-class-name.ts';
import { renderDiagram } from './diagram.ts';
import type { ExplainedTraffic } from './measured.ts';
import { type NodeRoute, routesByNode } from './routes.ts';
import { senderGroups } from './sender-groups.ts';
import { arrows, type ExplainStyle, styled } from './style.ts';

export interface TrafficClassInput {
  readonly nodes: readonly Node[];
  /** The inputs of the senders. */
  readonly traffic: TrafficInput;
  readonly style: ExplainStyle;
  readonly away: NodesAway;
  /** `null` without measured traffic. */
  readonly measured: Pick<ExplainedTraffic, 'unit' | 'summary'> | null;
}

/** Per class of traffic, and per entrance from outside, the diagram and below it the nodes with the same route. */
export function trafficClassLines(port: PortRouting, of: TrafficClassInput): readonly string[] {
  const { traffic } = of;
  const entrances = entrancesOf(traffic.service, port);
  const outside = entrances.map(entrance => {
    const name = trafficClassName('external', [entrance]);
    const title = entrance === 'NodePort' ? `${name} (also Pods on other nodes)` : name;
    return ['external', title, outsideSenders(entryNodes(entrance, traffic))] as const;
  });
  const inside = `${trafficClassName('shortCircuit', entrances)} (no policy applies)`;
  return [
    ...sectionLines(port, of, ['internal', trafficClassName('internal', []), trafficSenders('internal', traffic)]),
    ...outside.flatMap(section => sectionLines(port, of, section)),
    ...sectionLines(port, of, ['shortCircuit', inside, trafficSenders('shortCircuit', traffic)]),
  ];
}

type Section = readonly [trafficClass: TrafficClass, title: string, senders: Senders];

function sectionLines(port: PortRouting, of: TrafficClassInput, section: Section): readonly string[] {
  const [trafficClass, title, senders] = section;
  const notSent = new Set(senders.notSent.map(({ name }) => name));
  const away = new Set([...of.away.down, ...of.away.drained]);
  const routes = routesByNode(port, trafficClass, of.nodes);
  if (routes.length === 0) return [];
  return [
    '',
    `  ${arrows(of.style, title)}`,
    ...diagramLines(port, of, section),
    ...routeGroupLines(
      routes.filter(({ node }) => !notSent.has(node.name) && !away.has(node.name)),
      of.style,
    ),
    ...notSentLines(senders, of.style, away),
    ...awayLines(of, 'down'),
    ...awayLines(of, 'drained'),
  ];
}

function diagramLines(
  port: PortRouting,
  { style, measured }: TrafficClassInput,
  [trafficClass, , senders]: Section,
): readonly string[] {
  if (senders.sending.length === 0) return [];
  const flows = trafficFlows(trafficClass, port, senders.sending);
  const groups = senderGroups(flows, senders.sending);
  const percentOf = percentOfGroup(groups.flatMap(group => group.flows.map(({ share }) => share)));
  const shares = sharesText(trafficClass, senders, measured);
  const head = flows.lost > 0 ? `${shares}; ${styled(style, 'red', `${percentOf(flows.lost)} is lost`)}` : shares;
  return [`    ${head}`, ...renderDiagram(groups, style, percentOf), ''];
}

function sharesText(trafficClass: TrafficClass, { sending }: Senders, measured: TrafficClassInput['measured']): string {
  if (trafficClass === 'external')
    return `equal shares of ${plural(sending.length, 'node')} that outside traffic enters`;
  const isMeasured = trafficClass === 'internal' && measured?.summary.by === 'rates';
  return `shares of ${plural(sending.length, 'client node')}, by their ${isMeasured ? `measured ${measured.unit}` : 'CPUs'}`;
}

function awayLines({ nodes, away, style }: TrafficClassInput, kind: keyof NodesAway): readonly string[] {
  const names = new Set(away[kind]);
  const there = nodes.filter(({ name }) => names.has(name));
  if (there.length === 0) return [];
  return withNames(
    `    ${plural(there.length, 'node').padEnd(9)} ${pluralForm(there.length, 'is', 'are')} ${kind}:`,
    there,
    style,
  );
}

function notSentLines(
  { notSent: all, knownBy }: Senders,
  style: ExplainStyle,
  away: ReadonlySet<string>,
): readonly string[] {
  const notSent = all.filter(({ name }) => !away.has(name));
  if (notSent.length === 0 || knownBy === null) return [];
  const text = `    ${plural(notSent.length, 'node').padEnd(9)} not sent, ${notSentText(knownBy)}:`;
  return withNames(text, notSent, style);
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
  const to = isForward ? ` to ${range} ${pluralForm(most, 'endpoint', 'endpoints')}` : '';
  const text = `    ${count} ${styled(style, isForward ? 'green' : 'red', verdict)}${to}, ${reasonText(route.reason)}:`;
  return withNames(text, nodes, style);
}

function withNames(text: string, nodes: readonly Node[], style: ExplainStyle): readonly string[] {
  const names = nodes.map(node => node.name);
  if (style.allNodes) return [text, ...wrapped(names, style.columns ?? 100)];
  return [`${text} ${firstNames(names, MAX_NAMES_SHOWN)}`];
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
