import { CLIENT_NODES_ANNOTATION } from '../model/annotations.ts';
import type { Change } from '../model/change.ts';
import { parseLabelSelector } from '../model/label-selector.ts';
import { matchesLabels } from '../model/selector.ts';
import type { ClusterFacts, Topology } from '../model/topology.ts';
import type { RuleContext } from '../rules/rule.ts';
import type { ClientNodeOptions } from '../topology/client-nodes.ts';
import { slicesAsked } from '../topology/prospective.ts';
import { reach } from '../topology/reach.ts';
import type { Memory, Narrowing } from './memory.ts';

export interface Situation {
  readonly change: Change;
  readonly topology: Topology;
  readonly facts: ClusterFacts;
  readonly clientNodes: ClientNodeOptions;
  readonly memory: Memory;
}

/** What all rules of one review read, each part computed once and only when asked for. */
export type SharedContext = Omit<RuleContext, 'options'> & {
  /** How old the topology may be. No business of a rule: the engine skips those that read it where it is too old. */
  readonly topologyAgeSeconds: number;
};

export function sharedContext(situation: Situation): SharedContext {
  const { change, topology, facts, memory } = situation;
  const { service } = change;
  const nodes = once(() => memory.nodes(topology.nodes()));
  const outlook = once(() =>
    memory.outlook(nodes(), topology.slices(service.namespace, service.name), slicesAsked(change, facts.version)),
  );
  const settle = () => {
    const { settled } = outlook();
    return { ...settled, reach: reach(service, settled.endpoints, facts) };
  };
  return {
    change,
    service,
    version: facts.version,
    dataPlane: facts.dataPlane,
    topologyAgeSeconds: facts.topologyAgeSeconds,
    nodes,
    clients: once(() => memory.clients(nodes(), narrowing(situation), facts.now)),
    prospect: () => outlook().prospect,
    reach: once(() => reach(service, outlook().prospect.endpoints, facts)),
    settled: once(settle),
    workloads: once(() =>
      topology
        .workloads(service.namespace)
        .filter(workload => service.selector !== null && matchesLabels(service.selector, workload.podLabels)),
    ),
  };
}

/** An annotation that is no label selector narrows nothing. */
function narrowing({ change, clientNodes: options }: Situation): Narrowing {
  const text = change.service.annotations[CLIENT_NODES_ANNOTATION];
  const selector = text === undefined ? null : parseLabelSelector(text);
  if (text === undefined || selector === null) return { options, selector: '', narrowed: options };
  return { options, selector: text, narrowed: { ...options, selector: [...(options.selector ?? []), ...selector] } };
}

function once<T>(compute: () => T): () => T {
  let result: { readonly value: T } | null = null;
  return () => {
    result ??= { value: compute() };
    return result.value;
  };
}
