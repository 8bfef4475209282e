import { asObject, asString } from '../../model/raw.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Turns } from '../../runtime/time-slice-2.ts';
import { type ApiClient, apiStatusError } from '../client/api-client.ts';
import { StreamError, type StreamErrorCode } from '../client/errors.ts';
import { LineSplitter } from './line-splitter.ts';

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: unknown;
}

/** How long nothing may come, and what it means when it does not. */
export interface Patience {
  readonly ms: number;
  readonly code: StreamErrorCode;
}

export interface WatchRequest {
  readonly path: string;
  readonly accept: string;
  readonly query: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly turns: Turns;
  /** Asked anew after whatever came. */
  patience(): Patience;
  /** The server has accepted the watch; that the version is too old it may still say in the stream. */
  onAccepted(): void;
  /** An event came, so all before it has come, too. */
  onCurrent(): void;
}

/**
 * The events of one watch, until the server ends it. Throws ApiStatusError for a refusal and for an ERROR event,
 * StreamError where the stream is silent for too long or unreadable, and the network's error where it breaks off; an
 * event of which only a part came is never given out.
 */
export async function* watch(client: ApiClient, clock: Clock, request: WatchRequest): AsyncGenerator<WatchEvent> {
  const silence = new SilenceGuard(clock, request);
  const signal = AbortSignal.any([request.signal, silence.signal]);
  try {
    const { path, accept, query, turns } = request;
    const body = await client.get(path, { accept, query, signal, endless: true });
    const lines = new LineSplitter();
    request.onAccepted();
    for await (const chunk of body) {
      for (const line of lines.push(chunk)) {
        // One chunk may hold hundreds of events, and the next one is often there already.
        if (turns.over) await turns.next();
        const event = line === '' ? null : parseEvent(line);
        if (!event) continue;
        request.onCurrent();
        yield event;
      }
      // Only now: the end of the initial events, which may be in this chunk, changes the patience.
      silence.broken();
    }
  } catch (error) {
    throw silence.error ?? error;
  } finally {
    silence.end();
  }
}

/** Ends a watch that says nothing, not even a bookmark: a peer that is gone without a goodbye looks just so. */
class SilenceGuard {
  readonly #clock: Clock;
  readonly #request: WatchRequest;
  readonly #abort = new AbortController();
  #cancel: () => void = () => {};
  error: StreamError | null = null;

  constructor(clock: Clock, request: WatchRequest) {
    this.#clock = clock;
    this.#request = request;
    this.broken();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  end(): void {
    this.#cancel();
  }

  broken(): void {
    this.#cancel();
    const { ms, code } = this.#request.patience();
    this.#cancel = this.#clock.after(ms, () => {
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
      // Types yet to be invented are none of ours.
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
