import type { Observation, Observations } from './observation.ts';
import { DEFAULT_EVENT_TIMING, type EventTiming, RuleEventState } from './rule-event-state.ts';
import type { PublishedFinding, PublishedFindings } from './state.ts';
import { MAX_PUBLISHED_FINDINGS } from './state.ts';

/** A difference between published and observed state that has lasted long enough. */
export interface PlannedEvent {
  /** `namespace/name` of the Service. */
  readonly key: string;
  readonly rule: string;
  readonly sighting: Observation;
  readonly before: PublishedFinding | null;
  /** Null if nothing remains published. */
  readonly after: PublishedFinding | null;
}

/** Decides which Events to publish, from the published state and the observations. It does not post or store them. */
export class EventPlanner {
  readonly #timing: EventTiming;
  readonly #byService = new Map<string, Map<string, RuleEventState>>();
  /** The last observations of each Service, for rules that only a state loaded later contains. */
  readonly #sightings = new Map<string, Observations>();
  /** True if an entry was dropped without an Event, so the stored state must be rewritten. */
  #dropped = false;

  constructor(timing: EventTiming = DEFAULT_EVENT_TIMING) {
    this.#timing = timing;
  }

  /** Replaces the published state by the stored one, which takes precedence. */
  load(publishedState: PublishedFindings, now: number): void {
    for (const [key, rules] of publishedState) for (const rule of rules.keys()) this.#standing(key, rule);
    for (const [key, rules] of this.#byService) {
      for (const [rule, standing] of rules) standing.reload(publishedState.get(key)?.get(rule) ?? null, now);
    }
    this.#dropped = false;
    for (const [key, sightings] of this.#sightings) this.observe(key, sightings, now);
  }

  observe(key: string, sightings: Observations, now: number): void {
    this.#sightings.set(key, sightings);
    for (const rule of new Set([...(this.#byService.get(key)?.keys() ?? []), ...sightings.rulesWithFindings])) {
      const sighting = sightings.of(rule);
      if (sighting.kind === 'silenced') this.#drop(key, rule);
      else this.#standing(key, rule).see(sighting, now);
      if (this.#byService.get(key)?.get(rule)?.isIdle(now, this.#timing)) this.#drop(key, rule);
    }
  }

  /** Drops a deleted Service without an Event. */
  forget(key: string): void {
    this.#sightings.delete(key);
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
      for (const [rule, standing] of rules) {
        if (standing.published) room--;
        const at = standing.dueAt(this.#timing);
        if (at > now) continue;
        due.push({ key, rule, sighting: standing.seen, before: standing.published, after: standing.next(now), at });
      }
    }
    due.sort((a, b) => b.at - a.at);
    return due.filter(({ before, after }) => before !== null || after === null || room-- > 0);
  }

  /** The state to store once these Events are published. */
  publishedState(announcing: readonly PlannedEvent[] = []): PublishedFindings {
    const coming = new Map(announcing.map(({ key, rule, after }) => [`${key} ${rule}`, after]));
    const publishedState = new Map<string, Map<string, PublishedFinding>>();
    for (const [key, rules] of this.#byService) {
      for (const [rule, standing] of rules) {
        const next = coming.get(`${key} ${rule}`);
        const said = next === undefined ? standing.published : next;
        if (said)
          publishedState.set(key, (publishedState.get(key) ?? new Map<string, PublishedFinding>()).set(rule, said));
      }
    }
    return publishedState;
  }

  /** Marks the Events as stored. */
  commit(announcing: readonly PlannedEvent[], now: number): void {
    for (const { key, rule, after } of announcing) {
      this.#byService.get(key)?.get(rule)?.announced(after, now, this.#timing);
    }
    this.#dropped = false;
  }

  lastPublished(key: string, rule: string): PublishedFinding | null {
    return this.#byService.get(key)?.get(rule)?.published ?? null;
  }

  #standing(key: string, rule: string): RuleEventState {
    const rules = this.#byService.get(key) ?? new Map<string, RuleEventState>();
    const standing = rules.get(rule) ?? new RuleEventState();
    this.#byService.set(key, rules.set(rule, standing));
    return standing;
  }

  #drop(key: string, rule: string): void {
    const rules = this.#byService.get(key);
    if (!rules) return;
    if (rules.get(rule)?.published) this.#dropped = true;
    rules.delete(rule);
    if (rules.size === 0) this.#byService.delete(key);
  }
}
