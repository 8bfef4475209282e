import type { Observation, Observations } from './observation.ts';
import { DEFAULT_EVENT_TIMING, type EventTiming, RuleEventState } from './rule-event-state.ts';
import { MAX_PUBLISHED_FINDINGS, type PublishedFinding, type PublishedFindings } from './state.ts';

/** A difference between published and observed state that has lasted long enough. */
export interface PlannedEvent {
  /** `namespace/name` of the Service. */
  readonly key: string;
  readonly rule: string;
  readonly observation: Observation;
  readonly before: PublishedFinding | null;
  /** Null if nothing remains published. */
  readonly after: PublishedFinding | null;
}

/** Decides which Events to publish, from the published state and the observations. It does not post or store them. */
export class EventPlanner {
  readonly #timing: EventTiming;
  readonly #byService = new Map<string, Map<string, RuleEventState>>();
  /** The last observations of each Service, for rules that only a state loaded later contains. */
  readonly #observations = new Map<string, Observations>();
  /** True if an entry was dropped without an Event, so the stored state must be rewritten. */
  #dropped = false;

  constructor(timing: EventTiming = DEFAULT_EVENT_TIMING) {
    this.#timing = timing;
  }

  /** Replaces the published state by the stored one, which takes precedence. */
  load(publishedState: PublishedFindings, now: number): void {
    for (const [key, rules] of publishedState) for (const rule of rules.keys()) this.#stateOf(key, rule);
    for (const [key, rules] of this.#byService) {
      for (const [rule, state] of rules) state.reload(publishedState.get(key)?.get(rule) ?? null, now);
    }
    this.#dropped = false;
    for (const [key, observations] of this.#observations) this.observe(key, observations, now);
  }

  observe(key: string, observations: Observations, now: number): void {
    this.#observations.set(key, observations);
    for (const rule of new Set([...(this.#byService.get(key)?.keys() ?? []), ...observations.rulesWithFindings])) {
      const observation = observations.of(rule);
      if (observation.kind === 'silenced') this.#drop(key, rule);
      else this.#stateOf(key, rule).see(observation, now);
      if (this.#byService.get(key)?.get(rule)?.isIdle(now, this.#timing)) this.#drop(key, rule);
    }
  }

  /** Drops a deleted Service without an Event. */
  forget(key: string): void {
    this.#observations.delete(key);
    for (const rule of this.#byService.get(key)?.keys() ?? []) this.#drop(key, rule);
  }

  keys(): readonly string[] {
    return [...this.#byService.keys()];
  }

  /** True if the published state differs from the stored one even without due Events. */
  get dropped(): boolean {
    return this.#dropped;
  }

  /** The Events due now, newest first: a recent change must not wait for a backlog. */
  due(now: number): readonly PlannedEvent[] {
    const due: (PlannedEvent & { readonly at: number })[] = [];
    let room = MAX_PUBLISHED_FINDINGS;
    for (const [key, rules] of this.#byService) {
      for (const [rule, state] of rules) {
        if (state.published) room--;
        const at = state.dueAt(this.#timing);
        if (at > now) continue;
        due.push({ key, rule, observation: state.seen, before: state.published, after: state.next(now), at });
      }
    }
    due.sort((a, b) => b.at - a.at);
    return due.filter(({ before, after }) => before !== null || after === null || room-- > 0);
  }

  /** The state to store once these Events are published. */
  publishedState(planned: readonly PlannedEvent[] = []): PublishedFindings {
    const coming = new Map(planned.map(({ key, rule, after }) => [`${key} ${rule}`, after]));
    const publishedState = new Map<string, Map<string, PublishedFinding>>();
    for (const [key, rules] of this.#byService) {
      for (const [rule, state] of rules) {
        const next = coming.get(`${key} ${rule}`);
        const latest = next === undefined ? state.published : next;
        if (latest)
          publishedState.set(key, (publishedState.get(key) ?? new Map<string, PublishedFinding>()).set(rule, latest));
      }
    }
    return publishedState;
  }

  /** Marks the Events as stored. */
  commit(planned: readonly PlannedEvent[], now: number): void {
    for (const { key, rule, after } of planned) {
      this.#byService.get(key)?.get(rule)?.markPublished(after, now, this.#timing);
    }
    this.#dropped = false;
  }

  lastPublished(key: string, rule: string): PublishedFinding | null {
    return this.#byService.get(key)?.get(rule)?.published ?? null;
  }

  #stateOf(key: string, rule: string): RuleEventState {
    const rules = this.#byService.get(key) ?? new Map<string, RuleEventState>();
    const state = rules.get(rule) ?? new RuleEventState();
    this.#byService.set(key, rules.set(rule, state));
    return state;
  }

  #drop(key: string, rule: string): void {
    const rules = this.#byService.get(key);
    if (!rules) return;
    if (rules.get(rule)?.published) this.#dropped = true;
    rules.delete(rule);
    if (rules.size === 0) this.#byService.delete(key);
  }
}
