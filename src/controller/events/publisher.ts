import { type ApiObject, isConflict, type ObjectApi } from '../../kube/writer/api-writer.ts';
import type { Rule } from '../../rules/rule.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import { runPollLoop } from '../../runtime/poll-loop.ts';
import { KeyedTokenBuckets } from '../../runtime/token-bucket.ts';
import { buildEvent, type EventContent } from './event.ts';
import type { EventPlanner, PlannedEvent } from './planner.ts';
import { type PostResult, postEvent, readRegarding } from './post.ts';
import { StateStore } from './state-store.ts';

/** Limit for all Events of the cluster; the API server writes each one to etcd. */
const EVENT_RATE_LIMIT = { perSecond: 5, burst: 40 };
/** Upper bound of Events per step; they are in the stored state until they are posted. */
const MAX_BATCH_SIZE = 20;

export interface PublisherOptions {
  readonly store: ObjectApi;
  /** The namespace in which zonewise is installed. */
  readonly namespace: string;
  /** Identifies this process in Events. */
  readonly instance: string;
  readonly rules: readonly Rule[];
  readonly planner: EventPlanner;
  readonly clock: Clock;
  readonly log: Log;
  readonly onPosted: (posted: PostResult) => void;
}

/**
 * Publishes each finding once, even across leaders. An Event is stored before it is posted, under a name that cannot be
 * created twice, and the resourceVersion of the state rejects a leader with outdated state.
 */
export class EventPublisher {
  readonly #options: PublisherOptions;
  readonly #record: StateStore;
  readonly #bucket: KeyedTokenBuckets;
  #loaded = false;

  constructor(options: PublisherOptions) {
    const { store, namespace, clock } = options;
    this.#options = options;
    this.#record = new StateStore(store, namespace);
    this.#bucket = new KeyedTokenBuckets(clock, EVENT_RATE_LIMIT);
  }

  /** Runs until the signal is aborted; never rejects. */
  run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#options;
    const tick = () => this.#tick(signal);
    const onError = (error: unknown) => {
      // Another process wrote the state, which takes precedence.
      if (isConflict(error)) this.#loaded = false;
    };
    return runPollLoop({ clock, log, tick, failure: 'publishing Events failed', onError }, signal);
  }

  async #tick(signal: AbortSignal): Promise<void> {
    const { planner, clock } = this.#options;
    if (!this.#loaded) {
      planner.load(await this.#record.load(signal), clock.now());
      this.#loaded = true;
    }
    await this.#postOutbox(signal);
    const batch = this.#affordable(planner.due(clock.now()));
    if (batch.length === 0 && !planner.dropped) return;
    const events = await this.#eventsOf(batch, signal);
    await this.#record.save({ published: planner.publishedState(batch), outbox: events }, signal);
    planner.commit(batch, clock.now());
    await this.#postOutbox(signal);
  }

  #affordable(due: readonly PlannedEvent[]): readonly PlannedEvent[] {
    const batch: PlannedEvent[] = [];
    while (batch.length < Math.min(MAX_BATCH_SIZE, due.length) && this.#bucket.tryTake('events')) {
      const next = due[batch.length];
      if (next) batch.push(next);
    }
    return batch;
  }

  async #eventsOf(batch: readonly PlannedEvent[], signal: AbortSignal): Promise<readonly ApiObject[]> {
    const { store, clock, instance } = this.#options;
    const events: ApiObject[] = [];
    for (const planned of batch) {
      const content = this.#contentOf(planned);
      const regarding = await readRegarding(content, { store, signal });
      if (regarding) events.push(buildEvent(content, regarding, { at: clock.now(), instance }));
    }
    return events;
  }

  #contentOf({ key, rule, observation, before }: PlannedEvent): EventContent {
    const [namespace = '', name = ''] = key.split('/');
    if (observation.kind === 'present') {
      const { signature, note } = observation;
      return { kind: 'found', namespace, name, rule, signature, note };
    }
    const summary = this.#options.rules.find(({ id }) => id === rule)?.summary ?? rule;
    const note = `Resolved: ${summary.charAt(0).toLowerCase()}${summary.slice(1)} [${rule}]`;
    return { kind: 'resolved', namespace, name, rule, signature: before?.signature ?? '', note };
  }

  /** Posts the stored Events, then stores that they are posted. */
  async #postOutbox(signal: AbortSignal): Promise<void> {
    const { store, log, onPosted } = this.#options;
    const { published, outbox } = this.#record.current;
    if (outbox.length === 0) return;
    for (const event of outbox) onPosted(await postEvent(event, { store, log, signal }));
    await this.#record.save({ published, outbox: [] }, signal);
  }
}
