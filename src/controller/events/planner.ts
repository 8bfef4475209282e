import type { Sighting, Sightings } from './observation.ts';
import { Standing, TIMING, type Timing } from './rule-event-state.ts';
import type { Announced, Said } from './state.ts';
import { MOST_ANNOUNCED } from './state.ts';

/** A difference between published and observed state that has lasted long enough. */
export interface Announcement {
  /** `namespace/name` of the Service. */
  readonly key: string;
  readonly rule: string;
  readonly sighting: Sighting;
  readonly before: Said | null;
  /** Null if nothing remains published. */
  readonly after: Said | null;
}

/** Decides which Events to publish, from the published state and the observations. It does not post or store them. */
export class Announcements {
  readonly #timing: Timing;
  readonly #byService = new Map<string, Map<string, Standing>>();
  /** The last observations of each Service, for rules that only a state loaded later contains. */
  readonly #sightings = new Map<string, Sightings>();
  /** True if an entry was dropped without an Event, so the stored state must be rewritten. */
  #dropped = false;

  constructor(timing: Timing = TIMING) {
    this.#timing = timing;
  }

  /** Replaces the published state by the stored one, which takes precedence. */
  load(announced: Announced, now: number): void {
    for (const [key, rules] of announced) for (const rule of rules.keys()) this.#standing(key, rule);
    for (const [key, rules] of this.#byService) {
      for (const [rule, standing] of rules) standing.reload(announced.get(key)?.get(rule) ?? null, now);
    }
    this.#dropped = false;
    for (const [key, sightings] of this.#sightings) this.see(key, sightings, now);
  }

  see(key: string, sightings: Sightings, now: number): void {
    this.#sightings.set(key, sightings);
    for (const rule of new Set([...(this.#byService.get(key)?.keys() ?? []), ...sightings.speaking])) {
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
  due(now: number): readonly Announcement[] {
    const due: (Announcement & { readonly at: number })[] = [];
    let room = MOST_ANNOUNCED;
    for (const [key, rules] of this.#byService) {
      for (const [rule, standing] of rules) {
        if (standing.said) room--;
        const at = standing.dueAt(this.#timing);
        if (at > now) continue;
        due.push({ key, rule, sighting: standing.seen, before: standing.said, after: standing.next(now), at });
      }
    }
    due.sort((a, b) => b.at - a.at);
    return due.filter(({ before, after }) => before !== null || after === null || room-- > 0);
  }

  /** The state to store once these Events are published. */
  announced(announcing: readonly Announcement[] = []): Announced {
    const coming = new Map(announcing.map(({ key, rule, after }) => [`${key} ${rule}`, after]));
    const announced = new Map<string, Map<string, Said>>();
    for (const [key, rules] of this.#byService) {
      for (const [rule, standing] of rules) {
        const next = coming.get(`${key} ${rule}`);
        const said = next === undefined ? standing.said : next;
        if (said) announced.set(key, (announced.get(key) ?? new Map<string, Said>()).set(rule, said));
      }
    }
    return announced;
  }

  /** Marks the Events as stored. */
  commit(announcing: readonly Announcement[], now: number): void {
    for (const { key, rule, after } of announcing) {
      this.#byService.get(key)?.get(rule)?.announced(after, now, this.#timing);
    }
    this.#dropped = false;
  }

  saidOf(key: string, rule: string): Said | null {
    return this.#byService.get(key)?.get(rule)?.said ?? null;
  }

  #standing(key: string, rule: string): Standing {
    const rules = this.#byService.get(key) ?? new Map<string, Standing>();
    const standing = rules.get(rule) ?? new Standing();
    this.#byService.set(key, rules.set(rule, standing));
    return standing;
  }

  #drop(key: string, rule: string): void {
    const rules = this.#byService.get(key);
    if (!rules) return;
    if (rules.get(rule)?.said) this.#dropped = true;
    rules.delete(rule);
    if (rules.size === 0) this.#byService.delete(key);
  }
}
