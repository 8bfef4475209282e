import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { endChild, spawnChild } from '../test/e2e/children.ts';
import type { Target } from './connection.ts';
import { pinned } from './machine.ts';

export interface LoadOrder {
  readonly target: Target;
  /** Base64. */
  readonly body: string;
  /** Whether each review is one that was never sent before, or all but its uid is. */
  readonly again: boolean;
  readonly connections: number;
  /** Not counted. */
  readonly rampMillis: number;
  readonly millis: number;
  readonly serverPid: number;
}

/** Of the requests answered within the time that was counted. */
export interface LoadResult {
  readonly requests: number;
  readonly perSecond: number;
  readonly p50Millis: number;
  readonly p99Millis: number;
  /** Processor time of the server a request. */
  readonly serverMicros: number;
  /** Cores in use: 1 is a whole one. */
  readonly serverBusy: number;
  readonly generatorBusy: number;
  readonly different: number;
  /** The first one's. */
  readonly answer: string;
  readonly status: number;
}

export interface Generator {
  /** Throws where the server did not answer all requests, and all of them alike. */
  readonly load: (order: LoadOrder) => Promise<LoadResult>;
  readonly stop: () => Promise<void>;
}

export class LoadError extends Error {
  readonly code = 'LOAD';
}

const PROGRAM = fileURLToPath(new URL('./generator.ts', import.meta.url));

/** The process that asks, on its core. */
export function startGenerator(core: number | undefined): Generator {
  const [command = '', ...args] = pinned(core, [process.execPath, PROGRAM]);
  const child = spawnChild(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return {
    load: async order => {
      const result = await told(child, order);
      if (result.status !== 200) throw new LoadError(`answered ${result.status}: ${result.answer}`);
      if (result.different > 0)
        throw new LoadError(`${result.different} answers are unlike the first: ${result.answer}`);
      if (result.requests === 0) throw new LoadError('no request was answered in time');
      return result;
    },
    stop: () => endChild(child),
  };
}

function told(child: ChildProcess, order: LoadOrder): Promise<LoadResult> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new LoadError('the generator ended'));
    child.once('exit', ended);
    child.once('message', (message: { readonly result: LoadResult } | { readonly error: string }) => {
      child.off('exit', ended);
      if ('error' in message) reject(new LoadError(message.error));
      else resolve(message.result);
    });
    child.send(order);
  });
}
