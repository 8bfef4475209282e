import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { endChild, spawnChild } from '../test/e2e/children.ts';
import type { Target } from './connection.ts';
import { Connection, requestBytes } from './connection.ts';
import { pinned, residentMiB } from './machine.ts';
import { rounded } from './statistics.ts';

/** A running program that answers AdmissionReviews. */
export interface Server {
  readonly id: SubjectId;
  readonly pid: number;
  /** `validate` or `mutate`. */
  readonly target: (webhook: string) => Target;
  /** Services of its cluster that take turns in a workload. */
  readonly services: number;
  /** From its start until it has answered a first review. */
  readonly startSeconds: number;
  readonly startMiB: number;
  readonly stop: () => Promise<void>;
}

export type SubjectId = 'echo' | 'logging-echo' | 'zonewise-small' | 'zonewise-big' | 'controller-runtime' | 'pepr';
/** The bare echo, and the one that logs and counts. */
export const BASELINES: readonly SubjectId[] = ['echo', 'logging-echo'];

export interface ServerOrder {
  readonly id: SubjectId;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly log: string;
  readonly core: number | undefined;
  readonly target: (webhook: string) => Target;
  readonly services: number;
  /** A review that is sent until it is answered. */
  readonly probe: Buffer;
}

export class ServerError extends Error {
  readonly code = 'SERVER';
}

const READY_TIMEOUT_MS = 120_000;

/** Starts it on its core with its output in a file. Throws a ServerError with the end of that file. */
export async function startServer(order: ServerOrder): Promise<Server> {
  const { id, command, env, log, core, target, services, probe } = order;
  const [program = '', ...args] = pinned(core, command);
  const descriptor = openSync(log, 'a');
  const began = performance.now();
  const child = spawnChild(program, args, {
    stdio: ['ignore', descriptor, descriptor],
    env: { ...process.env, ...env },
  });
  closeSync(descriptor);
  try {
    await answers(child, target('validate'), probe);
  } catch (cause) {
    await endChild(child);
    const output = readFileSync(log, 'utf8').slice(-2_000);
    throw new ServerError(`${id} does not answer: ${String(cause)}\n${output}`, { cause });
  }
  const pid = child.pid ?? Number.NaN;
  const startSeconds = rounded((performance.now() - began) / 1000);
  const startMiB = rounded(residentMiB(pid));
  return { id, pid, target, services, startSeconds, startMiB, stop: () => endChild(child) };
}

async function answers(child: ChildProcess, target: Target, probe: Buffer): Promise<void> {
  const request = requestBytes(target, probe);
  const end = performance.now() + READY_TIMEOUT_MS;
  let last: unknown = null;
  while (performance.now() < end) {
    if (child.exitCode !== null || child.pid === undefined) throw new ServerError(`it ended with ${child.exitCode}`);
    last = await statusOf(target, request).catch((error: unknown) => error);
    if (last === 200) return;
    await pause(20);
  }
  throw new ServerError(`no answer in ${READY_TIMEOUT_MS / 1000} s, the last was ${String(last)}`);
}

function statusOf(target: Target, request: Buffer): Promise<number> {
  const connection = new Connection(target);
  const answered = new Promise<number>((resolve, reject) => {
    connection.send(request, answer => resolve(answer.status), reject);
  });
  return answered.finally(() => connection.close());
}
