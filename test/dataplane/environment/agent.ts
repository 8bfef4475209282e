// Runs inside one network namespace of the lab until stdin closes. Answers every connection to the ports given as
// arguments with the address and port that it was made to, and makes the connections that stdin asks for (one ProbeJob a
// line), reporting on stdout (one ProbeResult a line). Started by agent-client.ts.
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';

export interface ProbeJob {
  readonly id: number;
  readonly host: string;
  readonly port: number;
  /** Source address, `null` to let the kernel choose. */
  readonly from: string | null;
  /** Sent at the start where the other side waits for something, else `''`. */
  readonly say: string;
  /** Outcomes to wait for: `ip:port` of who answers (its first line), `drop`, `reject`. */
  readonly expected: readonly string[];
  /** Connections to make even when all expected outcomes have been seen. */
  readonly least: number;
  /** Connections after which to give up waiting. */
  readonly most: number;
  readonly timeoutMs: number;
}

export interface ProbeResult {
  readonly id: number;
  readonly tries: number;
  /** How often each outcome was seen. */
  readonly seen: Readonly<Record<string, number>>;
}

/** A silence costs the whole time-out, and one is proof enough. */
const MOST_DROPS = 3;

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
    if ((seen['drop'] ?? 0) >= MOST_DROPS) break;
  }
  return { id: job.id, tries, seen };
}

function tryOnce({ host, port, from, say, timeoutMs }: ProbeJob): Promise<string> {
  return new Promise(resolve => {
    const socket = connect({ host, port, ...(from === null ? {} : { localAddress: from }) });
    let said = '';
    const timer = setTimeout(() => finish('drop'), timeoutMs);
    const finish = (outcome: string): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(outcome);
    };
    if (say !== '') socket.write(say);
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      said += text;
    });
    socket.on('end', () => finish(said.split('\r\n', 1)[0] ?? ''));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      finish(error.code === 'ECONNREFUSED' ? 'reject' : `error ${error.code}`),
    );
  });
}
