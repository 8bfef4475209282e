import type { ChildProcessByStdio } from 'node:child_process';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { ProbeJob, ProbeResult } from './agent.ts';

const AGENT = fileURLToPath(new URL('./agent.ts', import.meta.url));

export class AgentError extends Error {
  readonly code = 'LAB_AGENT';
}

/** The client of the agent in one namespace. */
export interface Agent {
  /** Rejects with an AgentError if the process ends before it has answered. */
  probe(job: Omit<ProbeJob, 'id'>): Promise<ProbeResult>;
}

/**
 * Starts an agent in the namespace, which answers connections to `ports`. It ends with its stdin, or the janitor ends
 * it.
 */
export function startAgent(namespace: string, ports: readonly number[]): Agent {
  const args = ['netns', 'exec', namespace, process.execPath, AGENT, ...ports.map(String)];
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn('ip', args, {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting = new Map<number, { resolve: (result: ProbeResult) => void; reject: (error: AgentError) => void }>();
  let last = 0;
  let gone: AgentError | null = null;
  const end = (why: unknown): void => {
    gone ??= new AgentError(`the agent of ${namespace} ended (${why})`);
    for (const { reject } of waiting.values()) reject(gone);
    waiting.clear();
  };
  child.once('exit', (code, signal) => end(code ?? signal));
  child.once('error', end);
  child.stdin.on('error', end);
  createInterface({ input: child.stdout }).on('line', line => {
    const result = JSON.parse(line) as ProbeResult;
    waiting.get(result.id)?.resolve(result);
    waiting.delete(result.id);
  });
  return {
    probe: job =>
      new Promise((resolve, reject) => {
        if (gone) return reject(gone);
        const id = ++last;
        waiting.set(id, { resolve, reject });
        child.stdin.write(`${JSON.stringify({ ...job, id })}\n`);
      }),
  };
}
