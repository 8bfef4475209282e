import { basisOf, isSameBasis } from '../../engine/dependencies.ts';
import type { StandingView } from '../../engine/evaluate-existing.ts';
import { judgeStanding, readsNodes } from '../../engine/evaluate-existing.ts';
import type { Evaluation } from '../../engine/evaluation.ts';
import { DAY } from '../../engine/exemption.ts';
import { IGNORE_UNTIL_ANNOTATION } from '../../model/annotations.ts';
import type { Service } from '../../model/service.ts';

/** What was said of one Service, and how to tell that it must be asked again. */
export interface Judgement {
  readonly evaluation: Evaluation;
  /** All that it was judged by. */
  readonly basis: readonly unknown[];
  /** When time alone may change it, in milliseconds since the epoch; Infinity where it cannot. */
  readonly dueAt: number;
}

/** Judges one Service by one view; what the view says of Nodes as a whole is worked out once. */
export class StandingJudge {
  readonly #view: StandingView;
  readonly #nodesDueAt: number;
  readonly #readsNodes: WeakMap<Service, boolean>;

  /** `readsNodes` remembers from view to view which Services depend on Nodes. */
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
    // Whichever day it is.
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

/** When the next Node is old enough to count as a client. */
function nextOfAge({ topology, policy, facts }: StandingView): number {
  let next = Number.POSITIVE_INFINITY;
  for (const { createdAt } of topology.nodes()) {
    const ofAge = (createdAt ?? Number.NEGATIVE_INFINITY) + policy.clientNodes.minAgeMillis;
    if (ofAge > facts.now) next = Math.min(next, ofAge);
  }
  return next;
}
