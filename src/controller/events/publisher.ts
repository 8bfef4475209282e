import { describeError } from '../../kube/client/errors.ts';
import { type ApiObject, isConflict, type ObjectStore, resourceVersionOf } from '../../kube/writer/api-writer.ts';
import { asObject, asString } from '../../model/raw.ts';
import type { Rule } from '../../rules/rule.ts';
import { Backoff } from '../../runtime/backoff.ts';
import { type Clock, pause } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import { TokenBuckets } from '../../runtime/token-bucket.ts';
import { eventOf, type News } from './event.ts';
import type { Announcement, Announcements } from './planner.ts';
import { type Posted, postEvent } from './post.ts';
import { RecordStore } from './state-store.ts';

/** How often it looks for something to say. */
const TICK_MS = 1_000;
/** Events of the whole cluster together; the API server writes each of them to etcd. */
const RATE = { perSecond: 5, burst: 40 };
/** Events decided upon in one step; they are in the record until they are posted. */
const BATCH = 20;

export interface PublisherOptions {
  readonly store: ObjectStore;
  /** zonewise's own. */
  readonly namespace: string;
  /** Which process speaks, for people who read Events. */
  readonly instance: string;
  readonly rules: readonly Rule[];
  readonly announcements: Announcements;
  readonly clock: Clock;
  readonly log: Log;
  readonly onPosted: (posted: Posted) => void;
}

/**
 * Tells Services what was found of them, each piece of news once, whoever leads: what is to be told is written into the
 * record before it is posted, with a name that makes posting it twice impossible, and the record's resourceVersion
 * refuses whoever has not seen its latest state.
 */
export class EventPublisher {
  readonly #options: PublisherOptions;
  readonly #record: RecordStore;
  readonly #bucket: TokenBuckets;
  readonly #backoff: Backoff;
  #loaded = false;

  constructor(options: PublisherOptions) {
    const { store, namespace, clock } = options;
    this.#options = options;
    this.#record = new RecordStore(store, namespace);
    this.#bucket = new TokenBuckets(clock, RATE);
    this.#backoff = new Backoff(clock);
  }

  /** Until the signal is aborted; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#options;
    while (!signal.aborted) {
      let wait = TICK_MS;
      try {
        await this.#tick(signal);
      } catch (error) {
        if (signal.aborted) return;
        // Somebody else wrote the record: what it says now counts.
        if (isConflict(error)) this.#loaded = false;
        wait = Math.max(TICK_MS, this.#backoff.next());
        log('warn', 'Events are late', { error: describeError(error), waitMs: Math.round(wait) });
      }
      await pause(clock, wait, signal);
    }
  }

  async #tick(signal: AbortSignal): Promise<void> {
    const { announcements, clock } = this.#options;
    if (!this.#loaded) {
      announcements.load(await this.#record.load(signal), clock.now());
      this.#loaded = true;
    }
    await this.#postOutbox(signal);
    const batch = this.#affordable(announcements.due(clock.now()));
    if (batch.length === 0 && !announcements.dropped) return;
    const events = await this.#eventsOf(batch, signal);
    await this.#record.save({ announced: announcements.announced(batch), outbox: events }, signal);
    announcements.commit(batch, clock.now());
    await this.#postOutbox(signal);
  }

  #affordable(due: readonly Announcement[]): readonly Announcement[] {
    const batch: Announcement[] = [];
    while (batch.length < Math.min(BATCH, due.length) && this.#bucket.take('events')) {
      const next = due[batch.length];
      if (next) batch.push(next);
    }
    return batch;
  }

  async #eventsOf(batch: readonly Announcement[], signal: AbortSignal): Promise<readonly ApiObject[]> {
    const { store, clock, instance } = this.#options;
    const events: ApiObject[] = [];
    for (const announcement of batch) {
      const news = this.#newsOf(announcement);
      // The uid is not kept for every Service just for this.
      const service = await store.read(`/api/v1/namespaces/${news.namespace}/services/${news.name}`, signal);
      const uid = asString(asObject(service?.metadata).uid);
      if (!service || uid === '') continue;
      events.push(eventOf(news, { uid, resourceVersion: resourceVersionOf(service) }, { at: clock.now(), instance }));
    }
    return events;
  }

  #newsOf({ key, rule, sighting, before }: Announcement): News {
    const [namespace = '', name = ''] = key.split('/');
    if (sighting.kind === 'present') {
      const { signature, messages } = sighting;
      return { kind: 'found', namespace, name, rule, signature, note: messages.join('; ') };
    }
    const summary = this.#options.rules.find(({ id }) => id === rule)?.summary ?? rule;
    const note = `No longer so: ${summary.charAt(0).toLowerCase()}${summary.slice(1)} [${rule}]`;
    return { kind: 'resolved', namespace, name, rule, signature: before?.signature ?? '', note };
  }

  /** Posts what was decided, and notes that it is posted. */
  async #postOutbox(signal: AbortSignal): Promise<void> {
    const { store, log, onPosted } = this.#options;
    const { announced, outbox } = this.#record.current;
    if (outbox.length === 0) return;
    for (const event of outbox) onPosted(await postEvent(event, { store, log, signal }));
    await this.#record.save({ announced, outbox: [] }, signal);
  }
}
