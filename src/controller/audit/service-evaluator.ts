import { dependenciesOf, sameDependencies } from '../../engine/dependencies.ts';
import { type ClusterView, dependsOnNodes, evaluateExisting } from '../../engine/evaluate-existing.ts';
import type { Evaluation } from '../../engine/evaluation.ts';
import { DAY_MS } from '../../engine/exemption.ts';
import { IGNORE_UNTIL_ANNOTATION } from '../../model/annotations.ts';
import type { Service } from '../../model/service.ts';

/** The evaluation of one Service, with the inputs and the time that decide whether it is still valid. */
export interface CachedEvaluation {
  readonly evaluation: Evaluation;
  /** Inputs whose identity decides whether the evaluation is still valid. */
  readonly dependencies: readonly unknown[];
  /** When time alone may change the result, in milliseconds since the epoch; Infinity if it cannot. */
  readonly dueAt: number;
}

/** Evaluates Services of one topology; values derived from all Nodes are computed once. */
export class ServiceEvaluator {
  readonly #view: ClusterView;
  readonly #nodesDueAt: number;
  readonly #readsNodes: WeakMap<Service, boolean>;

  /** The map caches, across passes, which Services depend on Nodes. */
  constructor(view: ClusterView, knownNodeReaders: WeakMap<Service, boolean>) {
    this.#view = view;
    this.#nodesDueAt = nextClientNodeAt(view);
    this.#readsNodes = knownNodeReaders;
  }

  isCurrent(service: Service, cached: CachedEvaluation): boolean {
    if (this.#view.facts.now >= cached.dueAt) return false;
    return sameDependencies(this.#dependenciesOf(service), cached.dependencies);
  }

  evaluate(service: Service): CachedEvaluation {
    const evaluation = evaluateExisting(service, this.#view);
    return { evaluation, dependencies: this.#dependenciesOf(service), dueAt: this.#dueAt(service) };
  }

  #dependenciesOf(service: Service): readonly unknown[] {
    const nodes = this.#dependsOnNodes(service) ? this.#view.topology.nodes() : null;
    return [service, nodes, ...dependenciesOf(service, this.#view)];
  }

  #dueAt(service: Service): number {
    const ofAge = this.#dependsOnNodes(service) ? this.#nodesDueAt : Number.POSITIVE_INFINITY;
    // Applies for any date in the annotation.
    const midnight = (Math.floor(this.#view.facts.now / DAY_MS) + 1) * DAY_MS;
    return IGNORE_UNTIL_ANNOTATION in service.annotations ? Math.min(ofAge, midnight) : ofAge;
  }

  #dependsOnNodes(service: Service): boolean {
    const known = this.#readsNodes.get(service);
    if (known !== undefined) return known;
    const reads = dependsOnNodes(service, this.#view.rules);
    this.#readsNodes.set(service, reads);
    return reads;
  }
}

/** When the next Node becomes old enough to be a client node. */
function nextClientNodeAt({ topology, policy, facts }: ClusterView): number {
  let next = Number.POSITIVE_INFINITY;
  for (const { createdAt } of topology.nodes()) {
    const ofAge = (createdAt ?? Number.NEGATIVE_INFINITY) + policy.clientNodes.minAgeMs;
    if (ofAge > facts.now) next = Math.min(next, ofAge);
  }
  return next;
}
