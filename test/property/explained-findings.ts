import { clientNodeFilter } from '../../src/engine/context.ts';
import { evaluateExisting } from '../../src/engine/evaluate-existing.ts';
import type { Evaluation } from '../../src/engine/evaluation.ts';
import { EvaluationCache } from '../../src/engine/evaluation-cache.ts';
import { DEFAULT_POLICY } from '../../src/engine/policy.ts';
import type { Service } from '../../src/model/service.ts';
import { RULES } from '../../src/rules/index.ts';
import { assignmentOf } from '../../src/topology/data-plane.ts';
import type { TrafficInput } from '../../src/topology/entrances.ts';
import { entrancesOf, entryNodes } from '../../src/topology/entrances.ts';
import type { NodeExplanation, PortExplanation } from '../../src/topology/explain.ts';
import { explainPorts, explainService } from '../../src/topology/explain.ts';
import { losesTraffic } from '../../src/topology/lost-traffic.ts';
import { NodeSet } from '../../src/topology/node-set.ts';
import { loadBalancerVIPs } from '../../src/topology/port-policy.ts';
import type { PortRouting } from '../../src/topology/port-routing.ts';
import type { Entrance, TrafficClass } from '../../src/topology/route.ts';
import { topology } from '../support/builders.ts';
import type { RandomCase } from './random-case.ts';

/** Rules that report lost traffic, by the field that their findings name. */
const LOSS_RULES: readonly string[] = [
  'port-matches-no-slice',
  'local-policy-uncovered-nodes',
  'local-policy-unready-nodes',
  'local-policy-no-endpoints',
  'local-policy-endpoints-without-node',
  'external-local-uncovered-nodes',
  'external-local-drops-clients-inside',
  'load-balancer-excludes-endpoints',
  'ipvs-local-falls-back',
];
/** Loss rules that name the nodes that lose traffic: with one of them, explain must agree. */
const NAMING: Readonly<Record<string, 'inside' | 'outside'>> = {
  'local-policy-uncovered-nodes': 'inside',
  'local-policy-unready-nodes': 'inside',
  'external-local-drops-clients-inside': 'inside',
  'external-local-uncovered-nodes': 'outside',
};
/** Rules about hints and the fields that ask for them. */
const LOCALITY_RULES: readonly string[] = [
  'dataplane-ignores-hints',
  'hints-not-managed',
  'hints-not-programmed',
  'zone-hints-blocked',
  'zone-without-endpoints',
  'client-nodes-without-zone',
  'locality-without-zones',
  'node-version-ignores-hints',
  'dual-stack-hints-differ',
  'topology-mode-overrides-traffic-distribution',
  'topology-mode-safeguard',
  'traffic-distribution-unused',
  'unsupported-value',
];

/** The differences in the evaluation of the case, one line each; empty if findings and explanation agree. */
export function disagreements(of: RandomCase): readonly string[] {
  return of.services.flatMap(service => {
    const slices = of.slices.filter(s => s.namespace === service.namespace && s.serviceName === service.name);
    const input = { ...of, service, slices, hints: 'observed' as const };
    const ports = explainService(input).ports;
    const view = { rules: RULES, topology: topology(of.nodes, slices), facts: of.facts, policy: DEFAULT_POLICY };
    const evaluation = evaluateExisting(service, view);
    const nodes = new NodeSet(of.nodes, assignmentOf(of.facts));
    const filter = clientNodeFilter(service, DEFAULT_POLICY.clientNodes);
    const clients = new EvaluationCache().clientNodes(nodes, filter, of.facts.now);
    const routing = explainPorts(input).map(({ routing }) => routing);
    const traffic = { service, ports: routing, clients, nodes, minor: of.facts.version.minor };
    const outside = routing.map(port => outsideLosses(port, traffic));
    const where = `seed ${of.seed}, ${service.namespace}/${service.name}:`;
    return [
      ...evaluation.failures.map(({ rule, error }) => `${where} ${rule} failed: ${error}`),
      ...[...new Set(unsaid(service, ports, { evaluation, clients, outside }))].map(text => `${where} ${text}`),
      ...[...contradicted(ports, { evaluation, clients, outside })].map(text => `${where} ${text}`),
    ];
  });
}

interface Result {
  readonly evaluation: Evaluation;
  readonly clients: NodeSet;
  /** Per port and entrance, the names of the nodes that lose outside traffic. */
  readonly outside: readonly ReadonlyMap<string, ReadonlySet<string>>[];
}

function outsideLosses(port: PortRouting, traffic: TrafficInput): ReadonlyMap<string, ReadonlySet<string>> {
  const losing = (trafficClass: TrafficClass, entrance: Entrance, nodes: NodeSet) =>
    new Set(nodes.nodes.filter(node => losesTraffic(node, trafficClass, port, entrance)).map(({ name }) => name));
  return new Map(
    entrancesOf(traffic.service, port).flatMap(entrance => [
      [entrance, losing('external', entrance, entryNodes(entrance, traffic).sending)] as const,
      // Without a virtual IP, Pods go out to the balancer.
      ...(entrance !== 'LoadBalancer' || loadBalancerVIPs(traffic.service, port.family).length > 0
        ? [[`${entrance} from inside`, losing('shortCircuit', entrance, traffic.clients)] as const]
        : []),
    ]),
  );
}

/** Traffic that explain shows as lost, or a trafficDistribution that it shows as ignored, and nothing in the result says. */
function* unsaid(service: Service, ports: readonly PortExplanation[], { evaluation, clients, outside }: Result) {
  for (const [i, { port, ipFamily, nodes }] of ports.entries()) {
    for (const node of nodes.filter(({ node }) => clients.get(node))) {
      for (const [entrance, side] of lossesOf(node, outside[i])) {
        if (!isSaid(evaluation, node.node, side) && !isExcused(evaluation, entrance, node))
          yield `${entrance} of port ${port} ${ipFamily} lost on ${node.node}`;
      }
      if (isIgnored(service, node) && !isLocalitySaid(evaluation))
        yield `trafficDistribution ignored for port ${port} ${ipFamily} on ${node.node}: ${node.internal.reason}`;
    }
  }
}

type Side = 'inside' | 'outside';

function lossesOf(
  { node, internal, shortCircuit }: NodeExplanation,
  outside: ReadonlyMap<string, ReadonlySet<string>> = new Map(),
): readonly (readonly [string, Side])[] {
  const lost = (verdict: string | undefined) => verdict === 'drop' || verdict === 'reject';
  return [
    ...(lost(internal.verdict) ? [['ClusterIP', 'inside'] as const] : []),
    ...(lost(shortCircuit?.verdict) ? [['short-circuit', 'inside'] as const] : []),
    ...[...outside].flatMap(([entrance, losing]) =>
      losing.has(node) ? [[entrance, entrance.endsWith('inside') ? 'inside' : 'outside'] as const] : [],
    ),
  ];
}

/** A finding that names the node, or that names none and so concerns all. */
function isSaid({ findings }: Evaluation, node: string, side: Side): boolean {
  return findings.some(({ rule, nodes }) => {
    if (!LOSS_RULES.includes(rule)) return false;
    const named = NAMING[rule];
    return named === undefined ? true : named === side && nodes.slice().includes(node);
  });
}

/** The reasons that explain a loss of this verdict. */
const EXCUSES: Readonly<Record<'drop' | 'reject', readonly string[]>> = {
  reject: ['no-endpoints', 'no-ready-endpoints', 'address-listed-twice'],
  drop: ['endpoints-starting', 'only-draining-endpoints', 'address-listed-twice'],
};

/** Reasons that concern a load balancer only. */
const BALANCER_REASONS: readonly string[] = ['no-balancer-target-with-endpoints', 'balancer-bypasses-nodes'];

/** True if the result contains a reason why no rule reports this loss. */
function isExcused({ skipped }: Evaluation, entrance: string, node: NodeExplanation): boolean {
  const route =
    entrance === 'ClusterIP' ? node.internal : entrance === 'short-circuit' ? node.shortCircuit : node.external;
  const verdict = route?.verdict === 'reject' ? 'reject' : 'drop';
  return skipped.some(
    ({ reason, need }) =>
      need === 'endpoints' ||
      (reason !== undefined && EXCUSES[verdict].includes(reason)) ||
      (reason !== undefined && BALANCER_REASONS.includes(reason) && entrance === 'LoadBalancer'),
  );
}

const IGNORED: readonly string[] = [
  'no-hints',
  'hints-incomplete',
  'no-hint-for-zone',
  'node-without-zone',
  'hints-not-supported',
];

/** True if the Service prefers a zone or node, and this node prefers none for its ClusterIP. */
function isIgnored({ trafficDistribution }: Service, { internal }: NodeExplanation): boolean {
  return trafficDistribution !== null && internal.verdict === 'forward' && IGNORED.includes(internal.reason);
}

/** True if a rule about hints has a finding or could not run, or the result contains a reason for it. */
function isLocalitySaid({ findings, skipped }: Evaluation): boolean {
  return (
    findings.some(({ rule }) => LOCALITY_RULES.includes(rule)) ||
    skipped.some(
      ({ rule, need, reason }) => reason !== undefined || (LOCALITY_RULES.includes(rule) && need !== 'workloads'),
    )
  );
}

/** Findings that name a node whose traffic explain shows as fine. */
function* contradicted(ports: readonly PortExplanation[], { evaluation, outside }: Result) {
  for (const { rule, nodes } of evaluation.findings) {
    const side = NAMING[rule];
    if (side === undefined) continue;
    for (const name of nodes.slice()) {
      const losses = ports.flatMap((port, i) =>
        port.nodes.filter(({ node }) => node === name).flatMap(node => lossesOf(node, outside[i])),
      );
      if (!losses.some(([, of]) => of === side)) yield `${rule} names ${name}, which loses nothing`;
    }
  }
}
