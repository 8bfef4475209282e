import type { DataPlaneAssignment, DataPlanes } from '../model/data-plane.ts';
import { describeDataPlanes } from '../model/data-plane-text.ts';
import type { EndpointSlice } from '../model/endpoint-slice.ts';
import { matchesSelector, parseLabelSelector } from '../model/label-selector.ts';
import type { Node } from '../model/node.ts';
import type { Rule } from '../rules/rule.ts';
import type { ClientNodeOptions, ClientNodes } from '../topology/client-nodes.ts';
import { clientNodes } from '../topology/client-nodes.ts';
import { refineDataPlanes } from '../topology/data-plane.ts';
import { EndpointPrediction } from '../topology/endpoint-prediction.ts';
import { NodeSet } from '../topology/node-set.ts';
import type { SliceInputs } from '../topology/slice-prediction.ts';
import { BoundedMap } from './bounded-map.ts';
import { sameDependencies } from './dependencies.ts';
import type { Evaluation } from './evaluation.ts';
import type { Policy, ResolvedRuleSetting } from './policy.ts';

/** A rule that can have findings under a policy. */
export interface ActiveRule extends ResolvedRuleSetting {
  readonly rule: Rule;
  /** False if the Service's own annotations neither exempt it from the rule nor narrow the nodes that the rule covers. */
  readonly heedsAnnotations: boolean;
}

/** Per set of nodes or policy: label selectors of client nodes, combinations of overrides. */
const MAX_CACHED_VARIANTS = 64;
const MAX_ASSIGNMENTS = 32;

/** Services with cached predictions. One change derives up to four slice arrays. */
const MAX_PREDICTED_SERVICES = 8;
export const MAX_PREDICTION_BYTES = 6 * 1024 * 1024;
export const RESULT_BOUNDS = { maxBytes: 6 * 1024 * 1024, admitOneIn: 16 };

/** Measured for an endpoint and its entry in the port index. */
const BYTES_PER_ENDPOINT = 300;
const BYTES_PER_SERVICE = 1000;

interface CachedResult {
  /** The identities that the result depends on besides its key. */
  readonly dependencies: readonly unknown[];
  readonly evaluation: Evaluation;
}

/**
 * Caches results and values derived from nodes and slices, bounded in bytes. An entry is valid while the topology returns
 * the same array instances; all are dropped when the nodes change, so no earlier cluster is kept alive.
 */
export class EvaluationCache {
  #nodes: readonly Node[] = [];
  #dataPlanes: { readonly given: DataPlanes; readonly refined: DataPlanes } | null = null;
  /** One for all candidates and one for each, for as long as they are used. */
  readonly #texts = new WeakMap<DataPlanes, string>();
  #candidates: { readonly of: DataPlanes; readonly each: readonly DataPlanes[] } | null = null;
  /** One for each data plane assignment that evaluations run under. */
  readonly #nodeSets = new Map<DataPlaneAssignment, NodeSet>();
  readonly #clientNodes = new Map<NodeSet, CachedClientNodes>();
  #policy: CachedPolicy | null = null;
  /** Most recent last. In a Map, V8 would promote every value to old space (18 KB per review). */
  readonly #predictions: Predictions[] = [];
  readonly #results = new BoundedMap<string, CachedResult>(RESULT_BOUNDS);

  nodes(nodes: readonly Node[], assignment: DataPlaneAssignment): NodeSet {
    this.#keepNodes(nodes);
    const known = this.#nodeSets.get(assignment);
    if (known) return known;
    if (this.#nodeSets.size >= MAX_ASSIGNMENTS) {
      this.#nodeSets.clear();
      this.#clientNodes.clear();
    }
    const created = new NodeSet(nodes, assignment);
    this.#nodeSets.set(assignment, created);
    return created;
  }

  /** The data planes with what the Nodes say about them. */
  dataPlanes(nodes: readonly Node[], given: DataPlanes): DataPlanes {
    this.#keepNodes(nodes);
    if (this.#dataPlanes?.given !== given) this.#dataPlanes = { given, refined: refineDataPlanes(nodes, given) };
    return this.#dataPlanes.refined;
  }

  dataPlanesText(dataPlanes: DataPlanes): string {
    const known = this.#texts.get(dataPlanes);
    if (known !== undefined) return known;
    const text = describeDataPlanes(dataPlanes);
    this.#texts.set(dataPlanes, text);
    return text;
  }

  /** The data planes with one candidate each, as evaluations take them. */
  eachCandidate(dataPlanes: DataPlanes): readonly DataPlanes[] {
    if (dataPlanes.candidates.length === 1) return [dataPlanes];
    if (this.#candidates?.of !== dataPlanes) {
      const each = dataPlanes.candidates.map((assignment): DataPlanes => ({ ...dataPlanes, candidates: [assignment] }));
      this.#candidates = { of: dataPlanes, each };
    }
    return this.#candidates.each;
  }

  #keepNodes(nodes: readonly Node[]): void {
    if (nodes === this.#nodes) return;
    this.#nodes = nodes;
    this.#dataPlanes = null;
    this.#nodeSets.clear();
    this.#clientNodes.clear();
    this.#predictions.length = 0;
    this.#results.clear();
  }

  /** The rules that can have findings under this policy; `variant` is the key of all other inputs. */
  activeRules(
    { rules, policy }: { readonly rules: readonly Rule[]; readonly policy: Policy },
    variant: string,
    compute: () => readonly ActiveRule[],
  ): readonly ActiveRule[] {
    if (this.#policy?.policy !== policy || this.#policy.rules !== rules) {
      this.#policy = { policy, rules, byVariant: new Map() };
    }
    const { byVariant } = this.#policy;
    const known = byVariant.get(variant);
    if (known) return known;
    return setBounded(byVariant, variant, compute());
  }

  /** A selector that matches no node has no effect, so it silences no rule. `now` in milliseconds since the epoch. */
  clientNodes(nodes: NodeSet, filter: ClientNodeFilter, now: number): NodeSet {
    const { options, selector, combinedOptions } = filter;
    const cached = this.#clientNodes.get(nodes);
    const { bySelector } = cached?.options === options ? cached : { bySelector: new Map<string, CachedClientEntry>() };
    if (cached?.bySelector !== bySelector) this.#clientNodes.set(nodes, { options, bySelector });
    let entry = bySelector.get(selector);
    if (!entry || now < entry.validFrom || now >= entry.clientNodes.validUntil) {
      entry = setBounded(bySelector, selector, {
        validFrom: now,
        clientNodes: clientNodes(nodes, combinedOptions, now),
        matchesNoNode: matchesNoNode(selector, nodes),
      });
    }
    if (!entry.matchesNoNode) return entry.clientNodes.nodes;
    return this.clientNodes(nodes, { options, selector: '', combinedOptions: options }, now);
  }

  prediction(nodes: NodeSet, slices: readonly EndpointSlice[], inputs: SliceInputs): EndpointPrediction {
    const { byInputs } = this.#predictionsOf(slices);
    const known = byInputs.get(inputs.key);
    if (known) return known;
    return setBounded(byInputs, inputs.key, new EndpointPrediction(inputs, slices, nodes));
  }

  #predictionsOf(slices: readonly EndpointSlice[]): Predictions {
    const all = this.#predictions;
    const at = all.findIndex(one => one.slices === slices);
    const found = all[at] ?? { slices, bytes: BYTES_PER_SERVICE + bytesOf(slices), byInputs: new Map() };
    if (at >= 0) all.splice(at, 1);
    all.push(found);
    let bytes = all.reduce((sum, one) => sum + one.bytes * Math.max(1, one.byInputs.size), 0);
    while (all.length > 1 && (all.length > MAX_PREDICTED_SERVICES || bytes > MAX_PREDICTION_BYTES)) {
      const oldest = all.shift();
      bytes -= (oldest?.bytes ?? 0) * Math.max(1, oldest?.byInputs.size ?? 0);
    }
    return found;
  }

  /** The result under this key, if its dependencies are unchanged. */
  result(key: string, dependencies: readonly unknown[]): Evaluation | null {
    const known = this.#results.get(key);
    return known && sameDependencies(known.dependencies, dependencies) ? known.evaluation : null;
  }

  /** @param slices among the dependencies; the entry may hold the last reference to them */
  keepResult(key: string, result: CachedResult, slices: readonly EndpointSlice[]): void {
    const { findings, skipped } = result.evaluation;
    const bytes = 1000 + key.length + 1500 * findings.length + 200 * skipped.length + bytesOf(slices);
    this.#results.set(key, result, bytes);
  }
}

/** Which nodes a Service counts as its clients. */
export interface ClientNodeFilter {
  /** For all Services. */
  readonly options: ClientNodeOptions;
  /** The Service's own label selector as written, `''` without one. */
  readonly selector: string;
  /** The options with the Service's selector. */
  readonly combinedOptions: ClientNodeOptions;
}

interface Predictions {
  readonly slices: readonly EndpointSlice[];
  /** Estimate for one prediction. */
  readonly bytes: number;
  readonly byInputs: Map<string, EndpointPrediction>;
}

interface CachedClientNodes {
  readonly options: ClientNodeOptions;
  readonly bySelector: Map<string, CachedClientEntry>;
}

interface CachedClientEntry {
  /** In milliseconds since the epoch. */
  readonly validFrom: number;
  readonly clientNodes: ClientNodes;
  /** Whether no node, eligible or not, has the labels of the Service's selector. */
  readonly matchesNoNode: boolean;
}

interface CachedPolicy {
  readonly policy: Policy;
  readonly rules: readonly Rule[];
  readonly byVariant: Map<string, readonly ActiveRule[]>;
}

function matchesNoNode(text: string, { nodes }: NodeSet): boolean {
  const selector = text === '' ? null : parseLabelSelector(text);
  return selector !== null && !nodes.some(({ labels }) => matchesSelector(selector, labels));
}

function bytesOf(slices: readonly EndpointSlice[]): number {
  let endpoints = 0;
  for (const slice of slices) endpoints += slice.endpoints.length;
  return endpoints * BYTES_PER_ENDPOINT;
}

function setBounded<V>(values: Map<string, V>, key: string, value: V): V {
  if (values.size >= MAX_CACHED_VARIANTS && !values.has(key)) values.clear();
  values.set(key, value);
  return value;
}
