import type { ChildProcess } from 'node:child_process';
import { execFile, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export class ProgramError extends Error {
  readonly code = 'LAB_PROGRAM';
}

/** A long-running program of the environment, with its output in a file. */
export interface Program {
  readonly name: string;
  /** Throws a ProgramError with the end of its output if it has ended. */
  assertRunning(): void;
  tail(): string;
}

export interface Command {
  readonly name: string;
  readonly namespace: string;
  readonly path: string;
  readonly args: readonly string[];
}

/** Starts a program inside a namespace; the janitor ends it with the namespace. */
export function startProgram(folder: string, { name, namespace, path, args }: Command): Program {
  const log = join(folder, `${name}.log`);
  const output = openSync(log, 'a');
  const child: ChildProcess = spawn('ip', ['netns', 'exec', namespace, path, ...args], {
    cwd: folder,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  let ended: string | null = null;
  child.once('exit', (code, signal) => {
    ended = String(code ?? signal);
  });
  child.once('error', error => {
    ended = error.message;
  });
  const tail = (): string => readFileSync(log, 'utf8').slice(-3_000);
  return {
    name,
    tail,
    assertRunning: () => {
      if (ended !== null) throw new ProgramError(`${name} ended (${ended}):\n${tail()}`);
    },
  };
}

/** Runs a program inside a namespace and returns its stdout. Throws a ProgramError with its stderr. */
export function runProgram({ name, namespace, path, args }: Command, stdin = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { maxBuffer: 256 << 20, timeout: 120_000 };
    const child = execFile('ip', ['netns', 'exec', namespace, path, ...args], options, (error, stdout, stderr) => {
      if (error) reject(new ProgramError(`${name} ${args.join(' ')}: ${stderr || error.message}`, { cause: error }));
      else resolve(stdout);
    });
    child.stdin?.on('error', () => {});
    child.stdin?.end(stdin);
  });
}

/** Repeats `check` until it returns no problem. Throws a ProgramError with the last problem after `timeoutMs`. */
export async function until(what: string, timeoutMs: number, check: () => Promise<string | null>): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const complaint = await check();
    if (complaint === null) return;
    if (Date.now() > deadline) throw new ProgramError(`gave up waiting for ${what}: ${complaint}`);
    await pause(250);
  }
}
