// Runs inside one network namespace of the environment until stdin closes. Answers every connection to the ports in its
// arguments with the destination address and port, makes the connections requested on stdin (one ProbeJob per line) and
// reports on stdout (one ProbeResult per line). Started by agent-client.ts.
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';

export interface ProbeJob {
  readonly id: number;
  readonly host: string;
  readonly port: number;
  /** Source address; `null` lets the kernel choose. */
  readonly from: string | null;
  /** Data sent first if the server waits for data, else `''`. */
  readonly say: string;
  /** Outcomes to wait for: `ip:port` of the server (its first line), `drop` or `reject`. */
  readonly expected: readonly string[];
  /** Minimum number of connections, also after all expected outcomes. */
  readonly least: number;
  /** Maximum number of connections. */
  readonly most: number;
  readonly timeoutMs: number;
}

export interface ProbeResult {
  readonly id: number;
  readonly tries: number;
  /** Number of occurrences by outcome. */
  readonly seen: Readonly<Record<string, number>>;
}

/** A drop costs the whole timeout, and one is proof enough. */
const MAX_DROPS = 3;

for (const port of process.argv.slice(2).map(Number))
  createServer(socket => {
    socket.on('error', () => {});
    socket.end(`${socket.localAddress}:${socket.localPort}`);
  }).listen(port, '0.0.0.0', 1024);

for await (const line of createInterface({ input: process.stdin })) {
  void probe(JSON.parse(line) as ProbeJob).then(result => process.stdout.write(`${JSON.stringify(result)}\n`));
}
process.exit(0);

async function probe(job: ProbeJob): Promise<ProbeResult> {
  const seen: Record<string, number> = {};
  let tries = 0;
  while (tries < job.least || (tries < job.most && !job.expected.every(outcome => outcome in seen))) {
    const outcome = await tryOnce(job);
    tries++;
    seen[outcome] = (seen[outcome] ?? 0) + 1;
    if ((seen['drop'] ?? 0) >= MAX_DROPS) break;
  }
  return { id: job.id, tries, seen };
}

function tryOnce({ host, port, from, say, timeoutMs }: ProbeJob): Promise<string> {
  return new Promise(resolve => {
    const socket = connect({ host, port, ...(from === null ? {} : { localAddress: from }) });
    let received = '';
    const timer = setTimeout(() => finish('drop'), timeoutMs);
    const finish = (outcome: string): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(outcome);
    };
    if (say !== '') socket.write(say);
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      received += text;
    });
    socket.on('end', () => finish(received.split('\r\n', 1)[0] ?? ''));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      finish(error.code === 'ECONNREFUSED' ? 'reject' : `error ${error.code}`),
    );
  });
}
