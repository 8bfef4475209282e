import { styleText } from 'node:util';
import type { Policy } from '../engine/policy.ts';
import type { Node } from '../model/node.ts';
import type { Service } from '../model/service.ts';
import { isHeadless, topologyMode } from '../model/service.ts';
import { clientNodes } from '../topology/client-nodes.ts';
import { withDataPlaneOf } from '../topology/data-plane.ts';
import type { ExplainInput, PortExplanation } from '../topology/explain.ts';
import { explainedReach, explainService } from '../topology/explain.ts';
import { NodeSet } from '../topology/node-set.ts';
import type { PortReach } from '../topology/reach.ts';
import type { Route, TrafficClass } from '../topology/verdict.ts';
import { alternativeLines } from './explain-alternatives.ts';
import { printable } from './printable.ts';
import { sayReason } from './reason-text.ts';

export interface ExplainStyle {
  readonly policy: Policy;
  readonly colour: boolean;
}

const CLASSES: readonly (readonly [TrafficClass, string])[] = [
  ['internal', 'pods to the ClusterIP'],
  ['external', "outside, and other nodes' pods, to this node's port or external address"],
  ['shortCircuit', "pods and hosts to external addresses and to their own node's port"],
];

/** What an on-call engineer wants to read: per class who reaches what and who is dropped, and what each setting would do. */
export function explainText(given: ExplainInput, style: ExplainStyle): string {
  const nodes = new NodeSet(given.nodes);
  const input = { ...given, facts: withDataPlaneOf(nodes, given.facts) };
  const { service, facts } = input;
  const explanation = explainService(input);
  const title = paint(style, 'bold', printable(`${service.namespace}/${service.name}`));
  const lines = [`${title}  ${settingsOf(service)}`];
  if (explanation.ports.length === 0) return `${[...lines, `  ${whyNoPorts(input)}`].join('\n')}\n`;
  const reaches = explainedReach(input);
  explanation.ports.forEach((port, i) => {
    const portReach = reaches[i];
    if (!portReach) return;
    lines.push('', `  ${headOf(port, portReach)}`, `  ${hintsOf(port)}`);
    for (const [trafficClass, title] of CLASSES)
      lines.push(...classLines(trafficClass, { title, input, port: portReach, style }));
  });
  if (service.loadBalancerSourceRanges.length > 0 && service.loadBalancerIngress.length > 0) {
    // Checked before anything else, the short-circuit included (test/dataplane saw it with real packets).
    lines.push(
      '',
      `  the load balancer's address takes only senders in ${service.loadBalancerSourceRanges.join(', ')}; others are dropped`,
    );
  }
  const { nodes: clients } = clientNodes(nodes, style.policy.clientNodes, facts.now);
  if (clients.size > 0) lines.push('', ...alternativeLines(input, clients));
  return `${lines.join('\n')}\n`;
}

function settingsOf(service: Service): string {
  const parts = [isHeadless(service) ? 'headless' : service.type];
  if (service.internalTrafficPolicy) parts.push(`internalTrafficPolicy ${service.internalTrafficPolicy}`);
  if (service.externalTrafficPolicy) parts.push(`externalTrafficPolicy ${service.externalTrafficPolicy}`);
  if (service.trafficDistribution) parts.push(`trafficDistribution ${service.trafficDistribution}`);
  const mode = topologyMode(service);
  return [...parts, ...(mode === null ? [] : [`topology-mode ${mode}`])].join(', ');
}

function whyNoPorts({ service, facts }: ExplainInput): string {
  if (facts.dataPlane.kind === 'other') return 'nothing is known of how this data plane routes';
  if (isHeadless(service)) return 'headless: clients connect to pod addresses from DNS, kube-proxy does not handle it';
  if (service.type === 'ExternalName')
    return 'ExternalName: clients connect to another host, kube-proxy does not handle it';
  return service.ports.length === 0
    ? 'no ports'
    : 'another proxy handles it (label service.kubernetes.io/service-proxy-name)';
}

function headOf(port: PortExplanation, { index, port: { port: number } }: PortReach): string {
  const name = port.port === '' ? '' : `${port.port} `;
  const draining = index.draining.length > 0 ? `, ${index.draining.length} draining` : '';
  const other = index.all.length - index.ready.length - index.draining.length;
  const unready = other > 0 ? `, ${other} unready` : '';
  return `port ${name}${number}/${port.protocol} ${port.ipFamily}: ${index.ready.length} ready endpoints${draining}${unready}`;
}

function hintsOf({ hints }: PortExplanation): string {
  if (hints.absentBecause !== null) return `hints: none (${hints.absentBecause})`;
  const zones = Object.entries(hints.zones).map(([zone, n]) => `${zone} ${n}`);
  const nodes = Object.keys(hints.nodes).length;
  return `hints (${hints.source}): ${[...zones, ...(nodes > 0 ? [`${nodes} nodes`] : [])].join(', ')}`;
}

interface ClassOfPort {
  readonly title: string;
  readonly input: ExplainInput;
  readonly port: PortReach;
  readonly style: ExplainStyle;
}

/** Nodes with the same fate share a line. */
function classLines(trafficClass: TrafficClass, { title, input, port, style }: ClassOfPort): readonly string[] {
  const groups = new Map<string, { readonly route: Route; readonly nodes: Node[] }>();
  for (const node of input.nodes) {
    const route = port.route(trafficClass, node);
    if (!route) return [];
    const ownZone = route.mode === 'SameZone' ? node.zone : '';
    const ownNode = route.mode === 'SameNode' || route.mode === 'NodeLocal';
    const key = `${route.verdict} ${route.mode} ${route.reason} ${ownZone} ${ownNode ? route.endpoints.length : ''}`;
    const group = groups.get(key);
    if (group) group.nodes.push(node);
    else groups.set(key, { route, nodes: [node] });
  }
  const order = { drop: 0, reject: 1, forward: 2 };
  const sorted = [...groups.values()].toSorted((a, b) => order[a.route.verdict] - order[b.route.verdict]);
  return ['', `  ${title}`, ...sorted.map(group => groupLine(group, style))];
}

function groupLine(
  { route, nodes }: { readonly route: Route; readonly nodes: readonly Node[] },
  style: ExplainStyle,
): string {
  const verdict = route.verdict === 'forward' ? 'forward' : route.verdict.toUpperCase();
  const names = nodes
    .slice(0, 6)
    .map(node => node.name)
    .join(', ');
  const more = nodes.length > 6 ? ` and ${nodes.length - 6} more` : '';
  const count = `${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'}`.padEnd(10);
  const plural = route.endpoints.length === 1 ? 'endpoint' : 'endpoints';
  const to = route.verdict === 'forward' ? ` to ${route.endpoints.length} ${plural}` : '';
  const painted = paint(style, route.verdict === 'forward' ? 'green' : 'red', verdict);
  return `    ${count}${painted}${to}, ${sayReason(route.reason)}: ${names}${more}`;
}

function paint({ colour }: ExplainStyle, style: Parameters<typeof styleText>[0], text: string): string {
  return colour ? styleText(style, text, { validateStream: false }) : text;
}
