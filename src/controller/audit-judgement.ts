import type { Evaluation } from '../engine/evaluate.ts';
import type { StandingView } from '../engine/standing.ts';
import { judgeStanding, readsNodes } from '../engine/standing.ts';
import { IGNORE_UNTIL_ANNOTATION } from '../model/annotations.ts';
import type { Service } from '../model/service.ts';
import { formatVersion } from '../model/version.ts';

const DAY = 24 * 3600 * 1000;

/** What was said of one Service, and how to tell that it must be asked again. */
export interface Judgement {
  readonly evaluation: Evaluation;
  /**
   * All that it was judged by. A topology hands out the very same object until it changes, so comparing is a handful of
   * pointers, and no change can be missed: this is what the Service is judged by, not what somebody told of it.
   */
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
    return this.#basisOf(service).every((part, index) => part === judgement.basis[index]);
  }

  judge(service: Service): Judgement {
    const evaluation = judgeStanding(service, this.#view);
    return { evaluation, basis: this.#basisOf(service), dueAt: this.#dueAt(service) };
  }

  #basisOf(service: Service): readonly unknown[] {
    const { topology, facts, policy } = this.#view;
    const { kind, serviceTopology, assumed } = facts.dataPlane;
    return [
      service,
      topology.slices(service.namespace, service.name),
      topology.namespaceLabels(service.namespace),
      this.#dependsOnNodes(service) ? topology.nodes() : null,
      policy,
      formatVersion(facts.version),
      kind,
      serviceTopology,
      assumed,
    ];
  }

  #dueAt(service: Service): number {
    const ofAge = this.#dependsOnNodes(service) ? this.#nodesDueAt : Number.POSITIVE_INFINITY;
    // An exemption ends with a day of UTC, whichever it is.
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
