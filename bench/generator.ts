// Asks one server as fast as it answers. A process of its own on a core of its own; told what to do over IPC by load.ts.
import type { Answer, Target } from './connection.ts';
import { Connection, requestBytes } from './connection.ts';
import type { LoadOrder, LoadResult } from './load.ts';
import { processorSeconds } from './machine.ts';
import { OBJECT_NUMBER, REVIEW_NUMBER } from './reviews.ts';
import { percentile } from './statistics.ts';

let asks = 0;

const ENOUGH = 50;
const LONGEST_MILLIS = 10_000;

interface Run {
  readonly request: Buffer;
  /** Where the request is numbered. */
  readonly numbers: readonly number[];
  readonly latencies: number[];
  /** Set with the first answer: all others must be as long. */
  first: Answer | null;
  /** Answers that are not 200, or of another length than the first. */
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

/** Ramps up, counts for the time asked for, and waits for what is still under way. */
async function load({
  target,
  body,
  again,
  connections,
  rampMillis,
  millis,
  serverPid,
}: LoadOrder): Promise<LoadResult> {
  const request = requestBytes(target, Buffer.from(body, 'base64'));
  const numbers = (again ? [REVIEW_NUMBER] : [REVIEW_NUMBER, OBJECT_NUMBER]).map(number => request.indexOf(number));
  const run: Run = { request, numbers, latencies: [], first: null, different: 0, recording: false, over: false };
  const open = await Promise.all(Array.from({ length: connections }, () => opened(target)));
  const working = Promise.all(open.map(connection => work(connection, run)));
  const clock = async () => {
    await pause(rampMillis);
    const before = readings(serverPid);
    run.recording = true;
    await pause(millis);
    // A server that is slow or gets no processor for a while is waited for, so that there is something to count.
    for (let waited = 0; run.latencies.length < ENOUGH && waited < LONGEST_MILLIS; waited += 20) await pause(20);
    run.recording = false;
    const after = readings(serverPid);
    run.over = true;
    return {
      seconds: (after.at - before.at) / 1000,
      own: after.own - before.own,
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
    p50Millis: percentile(latencies, 0.5),
    p99Millis: percentile(latencies, 0.99),
    serverMicros: (used.server * 1e6) / latencies.length,
    serverBusy: used.server / used.seconds,
    generatorBusy: used.own / used.seconds,
    different: run.different,
    answer: run.first?.body.toString() ?? '',
    status: run.first?.status ?? 0,
  };
}

function opened(target: Target): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const connection = new Connection(target);
    connection.open(() => resolve(connection), reject);
  });
}

function work(connection: Connection, run: Run): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = Buffer.from(run.request);
    const next = () => {
      if (run.over) return resolve();
      const number = `${++asks}`.padStart(REVIEW_NUMBER.length, '0');
      for (const at of run.numbers) request.write(number, at, 'latin1');
      const asked = performance.now();
      connection.ask(
        request,
        answer => {
          if (run.recording) run.latencies.push(performance.now() - asked);
          run.first ??= { status: answer.status, body: Buffer.from(answer.body) };
          if (answer.status !== 200 || answer.body.length !== run.first.body.length) run.different++;
          next();
        },
        reject,
      );
    };
    next();
  });
}

function readings(serverPid: number) {
  const { user, system } = process.cpuUsage();
  return { at: performance.now(), own: (user + system) / 1e6, server: processorSeconds(serverPid) };
}

function pause(millis: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, millis));
}
