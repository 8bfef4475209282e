import { PassThrough, type Readable } from 'node:stream';
import type { Clock } from '../../runtime/clock.ts';
import type { Changed } from '../api.ts';

/** Proxies and port-forward close idle connections. */
const HEARTBEAT_INTERVAL_MS = 20_000;
/** Combines a burst of changes into one event. */
const DEBOUNCE_MS = 100;
const MIN_INTERVAL_MS = 500;
/** An open page reloads the whole list: at most every five seconds for 10,000 Services. */
const INTERVAL_MS_PER_SERVICE = 0.5;
const MAX_STREAMS = 32;
/** Maximum of bytes waiting for one client. A client that stops reading is disconnected. */
const MAX_UNREAD_BYTES = 16 * 1024;

export interface RevisionSource {
  readonly revision: number;
  readonly size: number;
  onChange(listener: () => void): () => void;
}

/** Sends the revision to every open page: on connect, then once per burst of changes. */
export class ChangeStream {
  readonly #view: RevisionSource;
  readonly #clock: Clock;
  readonly #streams = new Set<PassThrough>();
  readonly #unsubscribe: () => void;
  #cancelNews: (() => void) | null = null;
  #cancelHeartbeat: (() => void) | null = null;
  #lastSentAt = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(view: RevisionSource, clock: Clock) {
    this.#view = view;
    this.#clock = clock;
    this.#unsubscribe = view.onChange(() => this.#plan());
  }

  /** Returns the body of a new event stream; `null` if there are too many. */
  open(): Readable | null {
    if (this.#closed || this.#streams.size >= MAX_STREAMS) return null;
    const stream = new PassThrough();
    this.#streams.add(stream);
    stream.once('close', () => this.#streams.delete(stream));
    stream.write(`retry: 2000\n${this.#statusEvent()}`);
    if (!this.#cancelHeartbeat) this.#beat();
    return stream;
  }

  close(): void {
    this.#closed = true;
    this.#unsubscribe();
    this.#cancelNews?.();
    this.#cancelHeartbeat?.();
    for (const stream of this.#streams) stream.destroy();
  }

  #plan(): void {
    if (this.#cancelNews || this.#streams.size === 0) return;
    const between = Math.max(MIN_INTERVAL_MS, this.#view.size * INTERVAL_MS_PER_SERVICE);
    const wait = Math.max(DEBOUNCE_MS, this.#lastSentAt + between - this.#clock.monotonicMs());
    this.#cancelNews = this.#clock.setTimer(wait, () => {
      this.#cancelNews = null;
      this.#lastSentAt = this.#clock.monotonicMs();
      this.#broadcast(this.#statusEvent());
    });
  }

  #beat(): void {
    this.#cancelHeartbeat = this.#clock.setTimer(HEARTBEAT_INTERVAL_MS, () => {
      this.#cancelHeartbeat = null;
      this.#broadcast(':\n\n');
      if (this.#streams.size > 0) this.#beat();
    });
  }

  #statusEvent(): string {
    const changed: Changed = { revision: this.#view.revision };
    return `event: changed\ndata: ${JSON.stringify(changed)}\n\n`;
  }

  #broadcast(text: string): void {
    for (const stream of this.#streams) {
      if (stream.readableLength + stream.writableLength > MAX_UNREAD_BYTES) stream.destroy();
      else stream.write(text);
    }
  }
}
