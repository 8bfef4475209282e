import { clientNodeFilter } from '../../engine/context.ts';
import { EvaluationCache } from '../../engine/evaluation-cache.ts';
import { isHeadless, type Service, topologyMode } from '../../model/service.ts';
import { assignmentOf, refineDataPlanes } from '../../topology/data-plane.ts';
import { type ExplainInput, explainPorts, type HintsExplanation } from '../../topology/explain.ts';
import { NodeSet } from '../../topology/node-set.ts';
import type { PortRouting } from '../../topology/port-routing.ts';
import { NONE_AWAY } from '../../topology/scenarios/topology-under.ts';
import { WeightedNodeSet } from '../../topology/weighted-node-set.ts';
import { noRouteReason } from '../no-route-reason.ts';
import { printableValues } from '../printable.ts';
import { alternativesTable } from './alternatives.ts';
import { explainedTraffic } from './measured.ts';
import { measuredLines } from './measured-text.ts';
import { memoizeRoutes } from './routes.ts';
import { arrows, type ExplainStyle, styled } from './style.ts';
import { trafficClassLines } from './traffic-classes.ts';

/** Explains a Service: routes and dropped traffic by traffic class, and the effect of each setting. */
export function explainText(given: ExplainInput, style: ExplainStyle): string {
  const shown = printableValues(given);
  const dataPlanes = refineDataPlanes(shown.nodes, shown.facts.dataPlanes);
  const input = { ...shown, facts: { ...shown.facts, dataPlanes } };
  const { service, facts } = input;
  const nodes = new NodeSet(shown.nodes, assignmentOf(facts));
  const title = styled(style, 'bold', `${service.namespace}/${service.name}`);
  const traffic = explainedTraffic(input, style.policy);
  const lines = [`${title}  ${settingsOf(service)}`, ...scenarioLines(input), ...measuredLines(traffic, style)];
  const ports = explainPorts(input).map(({ routing, hints }) => ({ hints, port: memoizeRoutes(routing) }));
  const [first] = ports;
  if (!first) return `${[...lines, `  ${noRouteReason(service, facts).text}`].join('\n')}\n`;
  const filter = clientNodeFilter(service, style.policy.clientNodes);
  const counted = new EvaluationCache().clientNodes(nodes, filter, facts.now);
  const senders = traffic?.senders ?? null;
  const clients = senders?.summary.by === 'rates' ? new WeightedNodeSet(counted, senders.weightOf) : counted;
  for (const { port, hints } of ports) {
    lines.push(
      '',
      `  ${headOf(port)}`,
      `  ${hintsOf(hints)}`,
      ...trafficClassLines(port, {
        nodes: nodes.nodes,
        traffic: { service, ports: ports.map(({ port: each }) => each), clients, nodes, minor: facts.version.minor },
        style,
        away: input.away ?? NONE_AWAY,
        measured: traffic,
      }),
    );
  }
  if (service.loadBalancerSourceRanges.length > 0 && service.loadBalancerIngress.length > 0) {
    // Checked before anything else, the short-circuit included (test/dataplane saw it with real packets).
    lines.push(
      '',
      `  the load balancer's address takes only senders in ${service.loadBalancerSourceRanges.join(', ')}; others are dropped`,
    );
  }
  if (clients.size > 0) {
    lines.push(
      '',
      ...alternativesTable(input, { clients, asIs: first.port, traffic }).map(line => arrows(style, line)),
    );
  }
  return `${lines.join('\n')}\n`;
}

function scenarioLines({ scenario }: ExplainInput): readonly string[] {
  if (!scenario) return [];
  return [
    ...scenario.assumed.map(note => `  assumed: ${note}`),
    ...scenario.unknown.map(note => `  not known: ${note}`),
  ];
}

function settingsOf(service: Service): string {
  const parts = [isHeadless(service) ? 'headless' : service.type];
  if (service.internalTrafficPolicy) parts.push(`internalTrafficPolicy ${service.internalTrafficPolicy}`);
  if (service.externalTrafficPolicy) parts.push(`externalTrafficPolicy ${service.externalTrafficPolicy}`);
  if (service.trafficDistribution) parts.push(`trafficDistribution ${service.trafficDistribution}`);
  const mode = topologyMode(service);
  return [...parts, ...(mode === null ? [] : [`topology-mode ${mode}`])].join(', ');
}

function headOf({ index, family, port }: PortRouting): string {
  const name = port.name === '' ? '' : `${port.name} `;
  const draining = index.draining.length > 0 ? `, ${index.draining.length} draining` : '';
  const other = index.all.length - index.ready.length - index.draining.length;
  const unready = other > 0 ? `, ${other} unready` : '';
  return `port ${name}${port.port}/${port.protocol} ${family}: ${index.ready.length} ready endpoints${draining}${unready}`;
}

function hintsOf(hints: HintsExplanation): string {
  if (hints.absentBecause !== null) return `hints: none (${hints.absentBecause})`;
  const zones = Object.entries(hints.zones).map(([zone, n]) => `${zone} ${n}`);
  const nodes = Object.keys(hints.nodes).length;
  return `hints (${hints.source}): ${[...zones, ...(nodes > 0 ? [`${nodes} nodes`] : [])].join(', ')}`;
}
