import type { Sighting, Sightings } from './observation.ts';
import { Standing, TIMING, type Timing } from './rule-event-state.ts';
import type { Announced, Said } from './state.ts';
import { MOST_ANNOUNCED } from './state.ts';

/** A difference between what was announced and what is so, which has stood long enough. */
export interface Announcement {
  /** `namespace/name` of the Service. */
  readonly key: string;
  readonly rule: string;
  readonly sighting: Sighting;
  readonly before: Said | null;
  /** Null where there is nothing to say any more. */
  readonly after: Said | null;
}

/** What has been announced of each Service and rule, and what is to be. Decides; posts and stores nothing. */
export class Announcements {
  readonly #timing: Timing;
  readonly #byService = new Map<string, Map<string, Standing>>();
  /** What each Service was last seen like, for rules that only a record loaded later speaks of. */
  readonly #sightings = new Map<string, Sightings>();
  /** True once something was dropped without an announcement, so that only a new record says so. */
  #dropped = false;

  constructor(timing: Timing = TIMING) {
    this.#timing = timing;
  }

  /** What the record says counts, also against what was thought to be said. */
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

  /** The Service is gone, and there is nobody to tell. */
  forget(key: string): void {
    this.#sightings.delete(key);
    for (const rule of this.#byService.get(key)?.keys() ?? []) this.#drop(key, rule);
  }

  keys(): readonly string[] {
    return [...this.#byService.keys()];
  }

  /** True where `announced()` is not what the record says, beside what is due. */
  get dropped(): boolean {
    return this.#dropped;
  }

  /** What is to be announced now, the newest first: what has just happened does not wait for a backlog. */
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

  /** What the record is to say once these are announced. */
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

  /** The record says it now. */
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
