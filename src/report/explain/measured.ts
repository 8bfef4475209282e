import { portKey } from '../../engine/advice/outcome.ts';
import { clientNodeFilter } from '../../engine/context.ts';
import { EvaluationCache } from '../../engine/evaluation-cache.ts';
import type { Policy } from '../../engine/policy.ts';
import { type ZoneBytes, zoneBytes } from '../../engine/traffic/zone-bytes.ts';
import type { MeasuredTraffic } from '../../model/measured-traffic.ts';
import { assignmentOf, refineDataPlanes } from '../../topology/data-plane.ts';
import { isEstablished } from '../../topology/data-planes/index.ts';
import { type ExplainInput, slicesForHintsSource } from '../../topology/explain.ts';
import { type MeasuredSenders, measuredSenders, type SendersSummary } from '../../topology/measured-senders.ts';
import { NodeSet } from '../../topology/node-set.ts';
import { distinctRoutings, type PortRouting } from '../../topology/port-routing.ts';
import { ServiceEndpoints } from '../../topology/service-endpoints.ts';

/** The measured traffic of an explained Service. */
export interface ExplainedTraffic {
  readonly unit: MeasuredTraffic['unit'];
  /** Those of today, also under a scenario. */
  readonly senders: MeasuredSenders;
  readonly summary: SendersSummary;
  /** Without bytes `null`, as if the rates are all 0. */
  readonly bytes: { readonly shown: ZoneBytes; readonly before: ZoneBytes | null } | null;
  /** Under a scenario that does not last: the nodes whose measured traffic is not in `bytes.shown`. Else `null`. */
  readonly missing: MissingSenders | null;
}

export interface MissingSenders {
  readonly nodes: readonly string[];
  readonly perSecond: number;
}

/** `null` without measured traffic. */
export function explainedTraffic(given: ExplainInput, { clientNodes }: Policy): ExplainedTraffic | null {
  const { measured, before } = given;
  if (!measured) return null;
  const now = stateOf(given, clientNodes);
  const earlier = before ? stateOf(before, clientNodes) : null;
  const { clients } = earlier ?? now;
  const senders = measuredSenders(clients, measured);
  const missing = given.isTemporary ? missingSenders(clients, now.clients, senders) : null;
  const base = { unit: measured.unit, senders, summary: senders.summary, missing };
  if (measured.unit !== 'bytes' || senders.summary.perSecond === 0) return { ...base, bytes: null };
  const used = new Set((earlier ?? now).ports.filter(({ index }) => index.ready.length > 0).map(portKey));
  const bytesOf = (state: ReturnType<typeof stateOf>) => {
    const ports = state.ports.filter(port => used.has(portKey(port)));
    return zoneBytes(ports.length > 0 ? ports : state.ports, state.clients, senders);
  };
  return { ...base, bytes: { shown: bytesOf(now), before: earlier && bytesOf(earlier) } };
}

function missingSenders(before: NodeSet, now: NodeSet, { rateOf }: MeasuredSenders): MissingSenders {
  const gone = before.nodes.filter(node => !now.get(node.name) && rateOf(node) > 0);
  return {
    nodes: gone.map(({ name }) => name),
    perSecond: gone.reduce((total, node) => total + rateOf(node), 0),
  };
}

interface RoutedState {
  readonly clients: NodeSet;
  readonly ports: readonly PortRouting[];
}

function stateOf(given: ExplainInput, options: Policy['clientNodes']): RoutedState {
  const { service } = given;
  const facts = { ...given.facts, dataPlanes: refineDataPlanes(given.nodes, given.facts.dataPlanes) };
  const nodes = new NodeSet(given.nodes, assignmentOf(facts));
  const clients = new EvaluationCache().clientNodes(nodes, clientNodeFilter(service, options), facts.now);
  if (!isEstablished(facts)) return { clients, ports: [] };
  const { slices } = slicesForHintsSource({ ...given, facts });
  return { clients, ports: distinctRoutings({ service, endpoints: new ServiceEndpoints(slices), facts }) };
}
