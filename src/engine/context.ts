import { CLIENT_NODES_ANNOTATION } from '../model/annotations.ts';
import type { Change } from '../model/change.ts';
import { parseLabelSelector } from '../model/label-selector.ts';
import { matchesLabels } from '../model/selector.ts';
import type { Service } from '../model/service.ts';
import type { ClusterFacts, Topology } from '../model/topology.ts';
import type { Draft, Rule, RuleContext } from '../rules/rule.ts';
import type { ClientNodeOptions } from '../topology/client-nodes.ts';
import { reach } from '../topology/port-routing.ts';
import { slicesAsked } from '../topology/slice-prediction.ts';
import type { Memory, Narrowing } from './evaluation-cache.ts';

export interface Situation {
  readonly change: Change;
  readonly topology: Topology;
  readonly facts: ClusterFacts;
  readonly clientNodes: ClientNodeOptions;
  readonly memory: Memory;
}

/** What all rules of one review read, each part computed once and only when asked for. */
export type SharedContext = RuleContext & {
  /** How old the topology may be. No business of a rule: the engine skips those that read it where it is too old. */
  readonly topologyAgeSeconds: number;
  /** What rules have said already. */
  readonly said: Map<Rule, readonly Draft[]>;
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
    options: NO_OPTIONS,
    said: new Map(),
    version: facts.version,
    dataPlane: facts.dataPlane,
    topologyAgeSeconds: facts.topologyAgeSeconds,
    nodes,
    clients: once(() => memory.clients(nodes(), narrowing(service, situation.clientNodes), facts.now)),
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

const NO_OPTIONS = {};

/** What a rule says in this context; it is asked once. Throws what the rule throws. */
export function draftsIn(ctx: SharedContext, rule: Rule, options: RuleContext['options']): readonly Draft[] {
  const said = ctx.said.get(rule);
  if (said) return said;
  // Most have no options, and then the context is theirs as it is.
  const drafts = [...rule.check(rule.options ? { ...ctx, options } : ctx)];
  ctx.said.set(rule, drafts);
  return drafts;
}

/** Which nodes a Service counts as its clients. An annotation that is no label selector narrows nothing. */
export function narrowing({ annotations }: Pick<Service, 'annotations'>, options: ClientNodeOptions): Narrowing {
  const text = annotations[CLIENT_NODES_ANNOTATION];
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
