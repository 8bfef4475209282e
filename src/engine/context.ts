import { CLIENT_NODES_ANNOTATION } from '../model/annotations.ts';
import type { Change } from '../model/change.ts';
import type { EndpointSlice } from '../model/endpoint-slice.ts';
import { parseLabelSelector } from '../model/label-selector.ts';
import { matchesLabels } from '../model/selector.ts';
import type { ClusterFacts, Topology } from '../model/topology.ts';
import type { RuleContext, Settled } from '../rules/rule.ts';
import type { ClientNodeOptions } from '../topology/client-nodes.ts';
import { clientNodes } from '../topology/client-nodes.ts';
import { predictHints } from '../topology/hints.ts';
import { prospectiveSlices, settledSlices } from '../topology/prospective.ts';
import { reach } from '../topology/reach.ts';

export interface Situation {
  readonly change: Change;
  readonly topology: Topology;
  readonly facts: ClusterFacts;
  readonly clientNodes: ClientNodeOptions;
}

/** What all rules of one review read, each part computed once and only when asked for. */
export type SharedContext = Omit<RuleContext, 'options'> & {
  /** How old the topology may be. No business of a rule: the engine skips those that read it where it is too old. */
  readonly topologyAgeSeconds: number;
};

export function sharedContext(situation: Situation): SharedContext {
  const { change, topology, facts } = situation;
  const { service } = change;
  const prospect = once(() => prospectiveSlices(change, topology, facts));
  return {
    change,
    service,
    version: facts.version,
    dataPlane: facts.dataPlane,
    topologyAgeSeconds: facts.topologyAgeSeconds,
    nodes: () => topology.nodes(),
    clients: once(() => clientNodes(topology.nodes(), narrowed(situation), facts.now)),
    prospect,
    reach: once(() => reach(service, prospect().slices, facts)),
    settled: once(() => settle(situation, prospect().slices)),
    workloads: once(() =>
      topology
        .workloads(service.namespace)
        .filter(workload => service.selector !== null && matchesLabels(service.selector, workload.podLabels)),
    ),
  };
}

/** What remains once every endpoint that is starting is ready and every one that is leaving is gone. */
function settle({ change, topology, facts }: Situation, slices: readonly EndpointSlice[]): Settled {
  const { service } = change;
  const cluster = { nodes: topology.nodes(), version: facts.version };
  const predicted = predictHints(service, settledSlices(slices), cluster);
  return { ...predicted, reach: reach(service, predicted.slices, facts) };
}

/** An annotation that is no label selector narrows nothing. */
function narrowed({ change, clientNodes: options }: Situation): ClientNodeOptions {
  const text = change.service.annotations[CLIENT_NODES_ANNOTATION];
  const selector = text === undefined ? null : parseLabelSelector(text);
  return selector === null ? options : { ...options, selector: [...(options.selector ?? []), ...selector] };
}

function once<T>(compute: () => T): () => T {
  let result: { readonly value: T } | null = null;
  return () => {
    result ??= { value: compute() };
    return result.value;
  };
}
