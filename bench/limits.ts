import { spawn } from 'node:child_process';
import { closeSync, openSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer } from './connection.ts';
import { Connection, requestBytes } from './connection.ts';
import { pinned, residentMiB } from './machine.ts';
import type { Result } from './result.ts';
import { reviewBody } from './reviews.ts';
import type { Server } from './server.ts';
import { rounded } from './statistics.ts';
import type { Site } from './subjects.ts';
import { startSubject, ZONEWISE, zonewise } from './subjects.ts';
import { BIG_CLUSTER, listJson, oneService, topologyItems, workloadItems } from './topology.ts';

/** Bodies that ended the process with "out of memory" when its work was not bounded. */
const INPUTS = [
  { ports: 2_000, endpoints: 400, nodes: 500 },
  { ports: 5_000, endpoints: 15, nodes: 9 },
  { ports: 10_000, endpoints: 5_000, nodes: 5_000 },
] as const;
/** No two have a port in common with the same target. */
const REPEATS = 5;
const POLL_MS = 20;
const MAX_COMMAND_SECONDS = 120;

type Command = NonNullable<Result['audit']>;

/** Creates Services near the limits, each on a server with the chart's heap and a cluster of that size. */
export async function measureLimits(site: Site): Promise<Result['limits']> {
  const results: Result['limits'][number][] = [];
  for (const input of INPUTS) {
    const topology = join(site.folder, `limits-${input.ports}.json`);
    writeFileSync(topology, listJson(oneService(input)));
    const subject = await zonewise('zonewise-big', { source: ['--topology', topology] }, site);
    const server = await startSubject(subject, site);
    try {
      results.push(await sendAll(server, input));
    } finally {
      await server.stop();
    }
  }
  return results;
}

async function sendAll(server: Server, { ports, endpoints, nodes }: (typeof INPUTS)[number]) {
  let worstMs = 0;
  let peakMiB = 0;
  let status = 200;
  let isComplete = true;
  let bodyBytes = 0;
  for (let repeat = 0; repeat < REPEATS && status === 200; repeat++) {
    const input = Array.from({ length: ports }, (_, i) => ({
      name: `p${i}`,
      port: i + 1,
      targetPort: 10_000 + repeat + i,
    }));
    const body = reviewBody({ name: 'web', scenario: 'one', operation: 'CREATE', ports: input });
    bodyBytes = body.length;
    const { answer, ms } = await answerTo(server, body);
    worstMs = Math.max(worstMs, ms);
    status = answer?.status ?? 0;
    isComplete &&= answer !== null && !answer.body.includes('not evaluated');
    if (status !== 0) peakMiB = residentMiB(server.pid, 'VmHWM');
  }
  return {
    title: `${[ports, endpoints, nodes].map(count => count.toLocaleString('en')).join(' / ')}`,
    bodyKiB: rounded(bodyBytes / 1024),
    status,
    isComplete,
    worstMs: rounded(worstMs),
    peakMiB: rounded(peakMiB),
  };
}

/** Time from the request to its answer over an open connection; the answer is `null` if the server ended. */
async function answerTo(
  server: Server,
  body: Buffer,
): Promise<{ readonly answer: Answer | null; readonly ms: number }> {
  const target = server.target('validate');
  const request = requestBytes(target, body);
  const connection = new Connection(target);
  await new Promise((resolve, reject) => connection.open(resolve, reject));
  const began = performance.now();
  const answer = await new Promise<Answer | null>(resolve => connection.send(request, resolve, () => resolve(null)));
  const ms = performance.now() - began;
  connection.close();
  return { answer, ms };
}

/** `audit -o json` of the big cluster with Local on every Service: every finding is about thousands of nodes. */
export function measureAudit(site: Site): Promise<Command> {
  const local = { type: 'LoadBalancer', internalTrafficPolicy: 'Local', externalTrafficPolicy: 'Local' };
  const items = topologyItems(BIG_CLUSTER, { ...local, healthCheckNodePort: 31_000 });
  return measureCommand(site, { command: ['audit'], items });
}

/** `advise --all -o json` of the big cluster with the workloads of its Services. */
export function measureAdvice(site: Site): Promise<Command> {
  const items = [...topologyItems(BIG_CLUSTER), ...workloadItems(BIG_CLUSTER)];
  return measureCommand(site, { command: ['advise', '--all'], items });
}

/** Runs a command with JSON output on one core. */
async function measureCommand(
  site: Site,
  { command, items }: { readonly command: readonly string[]; readonly items: readonly object[] },
): Promise<Command> {
  const topology = join(site.folder, `${command[0]}.json`);
  const output = join(site.folder, `${command[0]}-output.json`);
  writeFileSync(topology, listJson(items));
  const line = [process.execPath, ZONEWISE, ...command, '--topology', topology, '-o', 'json'];
  const [program = '', ...args] = pinned(site.core, line);
  const descriptor = openSync(output, 'w');
  const began = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', descriptor, 'ignore'], timeout: MAX_COMMAND_SECONDS * 1000 });
  closeSync(descriptor);
  let peakMiB = 0;
  const timer = setInterval(() => {
    if (child.exitCode === null && child.pid) peakMiB = Math.max(peakMiB, peakOf(child.pid));
  }, POLL_MS);
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', code => resolve(code ?? -1));
  }).finally(() => clearInterval(timer));
  return {
    exitCode,
    seconds: rounded((performance.now() - began) / 1000),
    peakMiB: rounded(peakMiB),
    outputMiB: rounded(statSync(output).size / 2 ** 20),
  };
}

/** 0 for a process that ends meanwhile. */
function peakOf(pid: number): number {
  try {
    return residentMiB(pid, 'VmHWM') || 0;
  } catch {
    return 0;
  }
}
