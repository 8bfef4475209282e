import { CLIENT_NODES_ANNOTATION } from '../model/annotations.ts';
import type { Change } from '../model/change.ts';
import { parseLabelSelector } from '../model/label-selector.ts';
import type { Service } from '../model/service.ts';
import type { ClusterFacts, Topology } from '../model/topology.ts';
import type { Draft, Rule, RuleContext } from '../rules/rule.ts';
import type { ClientNodeOptions } from '../topology/client-nodes.ts';
import { assignmentOf, dataPlaneAt, dataPlanesOf } from '../topology/data-plane.ts';
import type { NodeSet } from '../topology/node-set.ts';
import { distinctRoutings } from '../topology/port-routing.ts';
import { selectedWorkloads } from '../topology/selected-workloads.ts';
import type { ServiceEndpoints } from '../topology/service-endpoints.ts';
import { sliceInputs } from '../topology/slice-prediction.ts';
import type { WorkBudget } from '../topology/work-budget.ts';
import type { ActiveRule, ClientNodeFilter, EvaluationCache } from './evaluation-cache.ts';
import { exemptionOf } from './exemption.ts';

export interface ContextInput {
  readonly change: Change;
  readonly topology: Topology;
  readonly facts: ClusterFacts;
  readonly clientNodes: ClientNodeOptions;
  readonly cache: EvaluationCache;
  readonly budget: WorkBudget;
}

/** The inputs of all rules for one change. Each part is computed once, on first use. */
export type SharedContext = RuleContext & {
  /** Read by the engine only, which skips rules if the topology is too old. */
  readonly facts: ClusterFacts;
  /** The data planes in one line. */
  dataPlanesText(): string;
  readonly draftsByRule: Map<Rule, readonly Draft[]>;
  /** Client nodes by the configuration alone. */
  configuredClientNodes(): NodeSet;
};

export function sharedContext(input: ContextInput): SharedContext {
  const { change, topology, facts, cache, budget } = input;
  const { service, old } = change;
  const nodes = lazy(() => cache.nodes(topology.nodes(), assignmentOf(facts)));
  const prediction = lazy(() =>
    cache.prediction(nodes(), topology.slices(service.namespace, service.name), sliceInputs(change, facts.version)),
  );
  const portsBefore = old?.ports ?? [];
  const routingTo = (endpoints: ServiceEndpoints) =>
    distinctRoutings({ service, endpoints, facts, portsBefore, budget });
  const routing = lazy(() => routingTo(prediction().afterChange.endpoints));
  const workloads = lazy(() => selectedWorkloads(service, topology));
  return {
    change,
    service,
    invalidExemption: exemptionOf(service, facts.now)?.invalidBecause ?? null,
    options: NO_OPTIONS,
    draftsByRule: new Map(),
    version: facts.version,
    dataPlanes: dataPlanesOf(facts),
    dataPlaneOf: node => dataPlaneAt(node, assignmentOf(facts)),
    facts,
    dataPlanesText: () => cache.dataPlanesText(facts.dataPlanes),
    nodes,
    clientNodes: lazy(() => cache.clientNodes(nodes(), clientNodeFilter(service, input.clientNodes), facts.now)),
    configuredClientNodes: lazy(() => cache.clientNodes(nodes(), unfiltered(input.clientNodes), facts.now)),
    predicted: () => prediction().afterChange,
    routing,
    afterRollout: lazy(() => {
      const { afterChange, afterRollout } = prediction();
      const isSame = afterRollout.endpoints === afterChange.endpoints;
      return { ...afterRollout, routing: isSame ? routing() : routingTo(afterRollout.endpoints) };
    }),
    workloads,
    portsOfWorkloads: () => workloads().map(({ podPorts }) => podPorts),
  };
}

const NO_OPTIONS = {};

/** The rule's drafts in this context; the rule runs once. Throws what the rule throws. */
export function runRuleOnce(
  ctx: SharedContext,
  { rule, options, heedsAnnotations }: Pick<ActiveRule, 'rule' | 'options' | 'heedsAnnotations'>,
): readonly Draft[] {
  const known = ctx.draftsByRule.get(rule);
  if (known) return known;
  const clientNodes = heedsAnnotations ? ctx.clientNodes : ctx.configuredClientNodes;
  // Most rules share the context.
  const drafts = [...rule.check(rule.options || !heedsAnnotations ? { ...ctx, options, clientNodes } : ctx)];
  ctx.draftsByRule.set(rule, drafts);
  return drafts;
}

/** Which nodes a Service counts as its clients. An annotation that is not a label selector has no effect. */
export function clientNodeFilter(
  { annotations }: Pick<Service, 'annotations'>,
  options: ClientNodeOptions,
): ClientNodeFilter {
  const text = annotations[CLIENT_NODES_ANNOTATION];
  const selector = text === undefined ? null : parseLabelSelector(text);
  if (text === undefined || selector === null) return unfiltered(options);
  const combinedOptions = { ...options, selector: [...(options.selector ?? []), ...selector] };
  return { options, selector: text, combinedOptions };
}

/** Client nodes by the configuration alone. */
export function unfiltered(options: ClientNodeOptions): ClientNodeFilter {
  return { options, selector: '', combinedOptions: options };
}

/** Computes a value on first use. */
export function lazy<T>(compute: () => T): () => T {
  let result: { readonly value: T } | null = null;
  return () => {
    result ??= { value: compute() };
    return result.value;
  };
}
