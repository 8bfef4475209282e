import { isAscii } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { MAX_BODY_BYTES } from '../serving/limits.ts';
import type { Fields } from './review-fields.ts';
import { ReviewFilter } from './review-filter.ts';
import { NotJson } from './value-copier.ts';

/** The parsed body of a review. */
export interface ReviewBody {
  readonly json: unknown;
  /** True if a list, map or string in a large body was longer than what is read of it. */
  readonly isCut: boolean;
}

export interface BodyReaderOptions {
  /** The parts of a large body that are read. */
  readonly fields: Fields;
  /** Above this size, or without memory for more, only the fields that an evaluation reads are stored. */
  readonly largeBodyBytes: number;
  /** Asks for this many bytes of the memory that bodies share. */
  readonly reserve: (bytes: number) => boolean;
}

/** Most bodies are smaller, and the number of connections limits their memory. */
export const SMALL_BODY_BYTES = 16 * 1024;

class TooLarge extends Error {
  readonly statusCode = 413;
}

/** Reads a body as it arrives. Rejects with NotJson or TooLarge; no message contains anything of the body. */
export function readReviewBody(body: IncomingMessage, options: BodyReaderOptions): Promise<ReviewBody> {
  return new Promise((resolve, reject) => {
    if (Number(body.headers['content-length']) > MAX_BODY_BYTES) throw new TooLarge('too large');
    const reader = new BodyReader(options);
    const attempt = (step: () => void) => {
      try {
        step();
      } catch (error) {
        body.off('data', onData).off('end', onEnd);
        reject(error);
      }
    };
    const onData = (chunk: Buffer) => attempt(() => reader.write(chunk));
    const onEnd = () => attempt(() => resolve(reader.end()));
    body.on('data', onData).on('end', onEnd).on('error', reject);
  });
}

class BodyReader {
  readonly #options: BodyReaderOptions;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #filter: ReviewFilter | null = null;

  constructor(options: BodyReaderOptions) {
    this.#options = options;
  }

  write(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > MAX_BODY_BYTES) throw new TooLarge('too large');
    if (!this.#filter) this.#chunks.push(chunk);
    if (!this.#filter && this.#bytes <= this.#options.largeBodyBytes && this.#hasMemory(chunk)) return;
    const filter = this.#filter ?? new ReviewFilter(this.#options.fields, this.#options.reserve);
    for (const unread of this.#filter ? [chunk] : this.#chunks.splice(0)) filter.write(unread);
    this.#filter = filter;
  }

  #hasMemory(chunk: Buffer): boolean {
    return this.#bytes <= SMALL_BODY_BYTES || this.#options.reserve(chunk.length);
  }

  end(): ReviewBody {
    if (this.#filter) return { json: this.#filter.end(), isCut: this.#filter.isCut };
    const [first] = this.#chunks;
    if (!first) throw new NotJson('it is empty');
    return { json: parseJson(this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks)), isCut: false };
  }
}

function parseJson(body: Buffer): unknown {
  const text = body.toString(isAscii(body) ? 'latin1' : 'utf8');
  try {
    return JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
  } catch (cause) {
    throw new NotJson('it cannot be parsed', { cause });
  }
}
