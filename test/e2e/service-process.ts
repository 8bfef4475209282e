import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { endChild, spawnChild } from './children.ts';
import { eventually } from './waiting.ts';

export interface ServiceProcess {
  /** Starts it and waits until it is ready. Throws with the end of its log if it exits or is not ready in time. */
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  /** Of the running process; undefined if it does not run. */
  readonly pid: () => number | undefined;
  /** Whether it reports readiness now. */
  readonly isReady: () => Promise<boolean>;
  /** The last lines of its log. */
  readonly tail: (lines?: number) => Promise<string>;
}

export interface ProcessOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly log: string;
  readonly isReady: () => Promise<boolean>;
  readonly readyWithinMs?: number;
}

/** A long-running program with its log in a file; it can be restarted. */
export function serviceProcess(options: ProcessOptions): ServiceProcess {
  let child: ChildProcess | null = null;
  const tail = async (lines = 40): Promise<string> => {
    const text = await readFile(options.log, 'utf8').catch(() => '');
    return text.trimEnd().split('\n').slice(-lines).join('\n');
  };
  return {
    tail,
    pid: () => (child && !hasEnded(child) ? child.pid : undefined),
    isReady: options.isReady,
    start: async () => {
      const started = launch(options);
      child = started;
      try {
        await eventually(`${options.name} to be ready`, () => readiness(started, options), {
          enough: state => state !== 'waiting',
          timeoutMs: options.readyWithinMs ?? 60_000,
        });
        if (hasEnded(started)) throw new Error(`${options.name} ended with code ${started.exitCode}`);
      } catch (cause) {
        await endChild(started);
        throw new Error(`${String(cause)}\n--- ${options.log}\n${await tail()}`, { cause });
      }
    },
    stop: async () => {
      if (child !== null) await endChild(child);
      child = null;
    },
  };
}

function launch({ command, args, env, log }: ProcessOptions): ChildProcess {
  const output = openSync(log, 'a');
  try {
    return spawnChild(command, args, { stdio: ['ignore', output, output], env: { ...process.env, ...env } });
  } finally {
    closeSync(output);
  }
}

async function readiness(child: ChildProcess, options: ProcessOptions): Promise<'ready' | 'ended' | 'waiting'> {
  if (hasEnded(child)) return 'ended';
  return (await options.isReady()) ? 'ready' : 'waiting';
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
}
