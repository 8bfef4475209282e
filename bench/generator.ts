// Sends reviews to one server as fast as it answers. It is a process on a separate core, controlled over IPC by
// load.ts.
import type { Answer, Target } from './connection.ts';
import { Connection, requestBytes } from './connection.ts';
import type { LoadOrder, LoadResult } from './load.ts';
import { processorSeconds } from './machine.ts';
import { percentile } from './statistics.ts';
import type { Template } from './workload.ts';
import { numbered, templatesOf } from './workload.ts';

/** No two reviews of a run have the same number. */
let sent = 0;

const MIN_SAMPLES = 50;
const MAX_WAIT_MS = 10_000;
/** Parsing every answer would cost more than the server's work. */
const PARSED_EVERY = 16;
/** Templates of the same case for clusters of different sizes. */
const MAX_CACHED_TEMPLATES = 3;

type Templates = (n: number) => Template;
const cached = new Map<string, Templates>();

interface Run {
  readonly target: Target;
  readonly templates: Templates;
  readonly latencies: number[];
  first: Answer | null;
  warnings: number;
  different: number;
  recording: boolean;
  over: boolean;
}

process.on('message', (order: LoadOrder) => {
  load(order).then(
    result => process.send?.({ result }),
    (error: unknown) => process.send?.({ error: error instanceof Error ? error.message : String(error) }),
  );
});

/** Ramps up, counts for the given time, and waits for requests in flight. */
async function load(order: LoadOrder): Promise<LoadResult> {
  const { target, connections, rampMs, sampleMs, serverPid } = order;
  const templates = templatesFor(order);
  const counts = { warnings: 0, different: 0, recording: false, over: false };
  const run: Run = { target, templates, latencies: [], first: null, ...counts };
  const open = await Promise.all(Array.from({ length: connections }, () => opened(target)));
  const working = Promise.all(open.map(connection => work(connection, run)));
  const clock = async () => {
    await delay(rampMs);
    const before = readings(serverPid);
    run.recording = true;
    await delay(sampleMs);
    // A slow server, or one without a processor for a while, gets more time.
    for (let waited = 0; run.latencies.length < MIN_SAMPLES && waited < MAX_WAIT_MS; waited += 20) await delay(20);
    run.recording = false;
    const after = readings(serverPid);
    run.over = true;
    return {
      seconds: (after.at - before.at) / 1000,
      generator: after.generator - before.generator,
      server: after.server - before.server,
    };
  };
  const [used] = await Promise.all([clock(), working]);
  for (const connection of open) connection.close();
  const { latencies } = run;
  latencies.sort((a, b) => a - b);
  return {
    requests: latencies.length,
    perSecond: latencies.length / used.seconds,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    serverMicros: (used.server * 1e6) / latencies.length,
    serverBusy: used.server / used.seconds,
    generatorBusy: used.generator / used.seconds,
    bodyBytes: templates(sent).bytes.length,
    warnings: run.warnings,
    different: run.different,
    answer: run.first?.body.toString() ?? '',
    status: run.first?.status ?? 0,
  };
}

function templatesFor({ workload, services }: LoadOrder): Templates {
  const key = JSON.stringify([workload, services]);
  const known = cached.get(key);
  if (known) return known;
  const templates = templatesOf(workload, services);
  const [oldest] = cached.keys();
  if (cached.size >= MAX_CACHED_TEMPLATES && oldest !== undefined) cached.delete(oldest);
  cached.set(key, templates);
  return templates;
}

function opened(target: Target): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const connection = new Connection(target);
    connection.open(() => resolve(connection), reject);
  });
}

function work(connection: Connection, run: Run): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = () => {
      if (run.over) return resolve();
      const n = ++sent;
      const request = requestBytes(run.target, numbered(run.templates(n), n));
      const began = performance.now();
      connection.send(
        request,
        answer => {
          if (run.recording) run.latencies.push(performance.now() - began);
          check(answer, run, n);
          next();
        },
        reject,
      );
    };
    next();
  });
}

function check(answer: Answer, run: Run, n: number): void {
  if (run.first === null) {
    run.first = { status: answer.status, body: Buffer.from(answer.body) };
    run.warnings = warningsIn(answer);
  }
  if (answer.status !== 200 || (n % PARSED_EVERY === 0 && warningsIn(answer) !== run.warnings)) run.different++;
}

function warningsIn({ status, body }: Answer): number {
  return status === 200 ? (JSON.parse(body.toString()).response.warnings?.length ?? 0) : 0;
}

function readings(serverPid: number) {
  const { user, system } = process.cpuUsage();
  return { at: performance.now(), generator: (user + system) / 1e6, server: processorSeconds(serverPid) };
}

function delay(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}
