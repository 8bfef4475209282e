import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { endChild, spawnChild } from '../test/e2e/children.ts';
import type { Target } from './connection.ts';
import { Connection, requestBytes } from './connection.ts';
import { pinned, residentMiB } from './machine.ts';
import { rounded } from './statistics.ts';

/** A program that answers AdmissionReviews, running. */
export interface Server {
  readonly id: SubjectId;
  readonly pid: number;
  /** `validate` or `mutate`. */
  readonly target: (webhook: string) => Target;
  /** From its start until it has answered a first review. */
  readonly startSeconds: number;
  readonly startMiB: number;
  readonly stop: () => Promise<void>;
}

export const SUBJECT_IDS = ['echo', 'zonewise-small', 'zonewise-big', 'controller-runtime', 'pepr'] as const;
export type SubjectId = (typeof SUBJECT_IDS)[number];

export interface ServerOrder {
  readonly id: SubjectId;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly log: string;
  readonly core: number | undefined;
  readonly target: (webhook: string) => Target;
  /** What it is asked until it answers. */
  readonly probe: Buffer;
}

export class ServerError extends Error {
  readonly code = 'SERVER';
}

const READY_WITHIN_MILLIS = 120_000;

/** Starts it on its core, its output in a file as in production a pipe. Throws a ServerError with the end of that file. */
export async function startServer(order: ServerOrder): Promise<Server> {
  const { id, command, env, log, core, target, probe } = order;
  const [program = '', ...args] = pinned(core, command);
  const output = openSync(log, 'a');
  const began = performance.now();
  const child = spawnChild(program, args, { stdio: ['ignore', output, output], env: { ...process.env, ...env } });
  closeSync(output);
  try {
    await answers(child, target('validate'), probe);
  } catch (cause) {
    await endChild(child);
    const said = readFileSync(log, 'utf8').slice(-2_000);
    throw new ServerError(`${id} does not answer: ${String(cause)}\n${said}`, { cause });
  }
  const pid = child.pid ?? Number.NaN;
  const startSeconds = rounded((performance.now() - began) / 1000);
  return { id, pid, target, startSeconds, startMiB: rounded(residentMiB(pid)), stop: () => endChild(child) };
}

async function answers(child: ChildProcess, target: Target, probe: Buffer): Promise<void> {
  const request = requestBytes(target, probe);
  const end = performance.now() + READY_WITHIN_MILLIS;
  let last: unknown = null;
  while (performance.now() < end) {
    if (child.exitCode !== null || child.pid === undefined) throw new ServerError(`it ended with ${child.exitCode}`);
    last = await askOnce(target, request).catch((error: unknown) => error);
    if (last === 200) return;
    await pause(20);
  }
  throw new ServerError(`no answer in ${READY_WITHIN_MILLIS / 1000} s, the last was ${String(last)}`);
}

function askOnce(target: Target, request: Buffer): Promise<number> {
  const connection = new Connection(target);
  const answered = new Promise<number>((resolve, reject) => {
    connection.ask(request, answer => resolve(answer.status), reject);
  });
  return answered.finally(() => connection.close());
}
