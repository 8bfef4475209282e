import { basisOf, isSameBasis } from '../../engine/dependencies.ts';
import type { StandingView } from '../../engine/evaluate-existing.ts';
import { judgeStanding, readsNodes } from '../../engine/evaluate-existing.ts';
import type { Evaluation } from '../../engine/evaluation.ts';
import { DAY } from '../../engine/exemption.ts';
import { IGNORE_UNTIL_ANNOTATION } from '../../model/annotations.ts';
import type { Service } from '../../model/service.ts';

/** The evaluation of one Service, with the inputs and the time that decide whether it is still valid. */
export interface Judgement {
  readonly evaluation: Evaluation;
  /** Inputs whose identity decides whether the evaluation is still valid. */
  readonly basis: readonly unknown[];
  /** When time alone may change the result, in milliseconds since the epoch; Infinity if it cannot. */
  readonly dueAt: number;
}

/** Evaluates Services of one topology; values derived from all Nodes are computed once. */
export class StandingJudge {
  readonly #view: StandingView;
  readonly #nodesDueAt: number;
  readonly #readsNodes: WeakMap<Service, boolean>;

  /** The map caches, across passes, which Services depend on Nodes. */
  constructor(view: StandingView, remembered: WeakMap<Service, boolean>) {
    this.#view = view;
    this.#nodesDueAt = nextOfAge(view);
    this.#readsNodes = remembered;
  }

  isCurrent(service: Service, judgement: Judgement): boolean {
    if (this.#view.facts.now >= judgement.dueAt) return false;
    return isSameBasis(this.#basisOf(service), judgement.basis);
  }

  judge(service: Service): Judgement {
    const evaluation = judgeStanding(service, this.#view);
    return { evaluation, basis: this.#basisOf(service), dueAt: this.#dueAt(service) };
  }

  #basisOf(service: Service): readonly unknown[] {
    const nodes = this.#dependsOnNodes(service) ? this.#view.topology.nodes() : null;
    return [service, nodes, ...basisOf(service, this.#view)];
  }

  #dueAt(service: Service): number {
    const ofAge = this.#dependsOnNodes(service) ? this.#nodesDueAt : Number.POSITIVE_INFINITY;
    // Applies for any date in the annotation.
    const midnight = (Math.floor(this.#view.facts.now / DAY) + 1) * DAY;
    return IGNORE_UNTIL_ANNOTATION in service.annotations ? Math.min(ofAge, midnight) : ofAge;
  }

  #dependsOnNodes(service: Service): boolean {
    const known = this.#readsNodes.get(service);
    if (known !== undefined) return known;
    const reads = readsNodes(service, this.#view.rules);
    this.#readsNodes.set(service, reads);
    return reads;
  }
}

/** When the next Node becomes old enough to be a client node. */
function nextOfAge({ topology, policy, facts }: StandingView): number {
  let next = Number.POSITIVE_INFINITY;
  for (const { createdAt } of topology.nodes()) {
    const ofAge = (createdAt ?? Number.NEGATIVE_INFINITY) + policy.clientNodes.minAgeMillis;
    if (ofAge > facts.now) next = Math.min(next, ofAge);
  }
  return next;
}
