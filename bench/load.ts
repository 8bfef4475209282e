import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { endChild, spawnChild } from '../test/e2e/children.ts';
import type { Target } from './connection.ts';
import { pinned } from './machine.ts';
import type { Workload } from './workload.ts';

export interface LoadOrder {
  readonly target: Target;
  readonly workload: Workload;
  /** Services of the cluster that take turns. */
  readonly services: number;
  readonly connections: number;
  /** Not counted. */
  readonly rampMs: number;
  readonly sampleMs: number;
  readonly serverPid: number;
}

/** Figures of the requests that were answered while counting. */
export interface LoadResult {
  readonly requests: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Processor time of the server per request. */
  readonly serverMicros: number;
  /** Cores in use: 1 is a whole one. */
  readonly serverBusy: number;
  readonly generatorBusy: number;
  readonly bodyBytes: number;
  readonly warnings: number;
  /** Answers with another status or, among those that were parsed, another number of warnings than the first. */
  readonly different: number;
  /** The first one. */
  readonly answer: string;
  readonly status: number;
}

export interface Generator {
  /** Throws a LoadError if an answer was not 200 or differed from the others. */
  readonly load: (order: LoadOrder) => Promise<LoadResult>;
  readonly stop: () => Promise<void>;
}

export class LoadError extends Error {
  readonly code = 'LOAD';
}

const PROGRAM = fileURLToPath(new URL('./generator.ts', import.meta.url));

/** Starts the process that sends requests, on its core. */
export function startGenerator(core: number | undefined): Generator {
  const [command = '', ...args] = pinned(core, [process.execPath, PROGRAM]);
  const child = spawnChild(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return {
    load: async order => {
      const result = await run(child, order);
      if (result.status !== 200) throw new LoadError(`answered ${result.status}: ${result.answer}`);
      if (result.different > 0) throw new LoadError(`${result.different} answers differ from: ${result.answer}`);
      if (result.requests === 0) throw new LoadError('no request was answered in time');
      return result;
    },
    stop: () => endChild(child),
  };
}

function run(child: ChildProcess, order: LoadOrder): Promise<LoadResult> {
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
