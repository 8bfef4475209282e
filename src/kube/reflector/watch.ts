import { asObject, asString } from '../../model/raw.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { TimeSlicer } from '../../runtime/time-slice.ts';
import { type ApiClient, apiStatusError } from '../client/api-client.ts';
import { StreamError, type StreamErrorCode } from '../client/errors.ts';
import { LineSplitter } from './line-splitter.ts';

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: unknown;
}

/** The longest time without data, and the error when it has passed. */
export interface IdleTimeout {
  readonly ms: number;
  readonly code: StreamErrorCode;
}

export interface WatchRequest {
  readonly path: string;
  readonly accept: string;
  readonly query: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly timeSlicer: TimeSlicer;
  /** Read again after every chunk. */
  idleTimeout(): IdleTimeout;
  /** The server accepted the watch. An ERROR event may still report that the version is too old. */
  onAccepted(): void;
  /** An event arrived, so all earlier events have arrived. */
  onCurrent(): void;
}

/**
 * Yields the events of one watch until the server ends it; incomplete events are never yielded. Throws ApiStatusError
 * for an error status or an ERROR event, StreamError if the stream is unreadable or idle for too long, and the
 * network's error if the connection breaks.
 */
export async function* watch(client: ApiClient, clock: Clock, request: WatchRequest): AsyncGenerator<WatchEvent> {
  const silence = new IdleWatchdog(clock, request);
  const signal = AbortSignal.any([request.signal, silence.signal]);
  try {
    const { path, accept, query, timeSlicer } = request;
    const body = await client.get(path, { accept, query, signal, streaming: true });
    const lines = new LineSplitter();
    request.onAccepted();
    for await (const chunk of body) {
      for (const line of lines.push(chunk)) {
        // One chunk may hold hundreds of events, and the next one may already be buffered.
        if (timeSlicer.expired) await timeSlicer.yieldToEventLoop();
        const event = line === '' ? null : parseEvent(line);
        if (!event) continue;
        request.onCurrent();
        yield event;
      }
      // Only after the whole chunk: the end of the initial events, which may be in it, changes the timeout.
      silence.reset();
    }
  } catch (error) {
    throw silence.error ?? error;
  } finally {
    silence.end();
  }
}

/** Aborts a watch that delivers neither events nor bookmarks. This detects half-open connections. */
class IdleWatchdog {
  readonly #clock: Clock;
  readonly #request: WatchRequest;
  readonly #abort = new AbortController();
  #cancel: () => void = () => {};
  error: StreamError | null = null;

  constructor(clock: Clock, request: WatchRequest) {
    this.#clock = clock;
    this.#request = request;
    this.reset();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  end(): void {
    this.#cancel();
  }

  reset(): void {
    this.#cancel();
    const { ms, code } = this.#request.idleTimeout();
    this.#cancel = this.#clock.setTimer(ms, () => {
      this.error = new StreamError(code, `the watch was silent for ${Math.round(ms / 1000)} s`);
      this.#abort.abort(this.error);
    });
  }
}

function parseEvent(line: string): WatchEvent | null {
  const event = parseLine(line);
  const type = asString(event.type);
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
    case 'BOOKMARK':
      return { type, object: event.object };
    case 'ERROR':
      throw apiStatusError(event.object);
    default:
      // Unknown types of a later API version are ignored.
      return null;
  }
}

function parseLine(line: string): Readonly<Record<string, unknown>> {
  try {
    return asObject(JSON.parse(line));
  } catch (cause) {
    throw new StreamError('malformed-event', 'an event of the watch is not JSON', cause);
  }
}
