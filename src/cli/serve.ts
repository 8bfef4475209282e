import { networkInterfaces } from 'node:os';
import type { FastifyBaseLogger } from 'fastify';
import { pino } from 'pino';
import { InputError, messageOf } from '../errors.ts';
import { startServer } from '../server/run.ts';
import { throwawayCertificate } from '../server/throwaway-certificate.ts';
import { ASSUMPTION_FLAGS, parseFlags } from './arguments.ts';
import { readKeyPair } from './key-pair.ts';
import { sampleCurl } from './sample.ts';
import { openSource } from './serve-source.ts';
import type { Terminal, Verb } from './verb.ts';

const HELP = `Serve the admission webhook.

  zonewise serve [--config F] [--kubeconfig F | --topology F...] [--port 8443] [--ops-port 8080] [--tls-cert F --tls-key F]

  --kubeconfig FILE         watch this cluster; inside a Pod its own cluster is watched without being told
  --topology FILE           judge by the cluster of these files; repeatable
  --kubernetes-version 1.N  with --topology: the version to judge by (default: the newest known)
  --dataplane NAME          auto, kube-proxy, ipvs, cilium or other
  --config FILE             levels, overrides and other settings
  --port N, --ops-port N    HTTPS for the API server; plain HTTP for /livez, /readyz, /version
  --tls-cert F, --tls-key F PEM; without them a throw-away certificate, on loopback only

Outside a cluster and without --kubeconfig or --topology a bundled sample cluster is served.

Examples:
  zonewise serve
  zonewise serve --topology cluster.yaml --kubernetes-version 1.34
  zonewise serve --kubeconfig ~/.kube/config --tls-cert tls.crt --tls-key tls.key --config zonewise.yaml
`;

const FLAGS = {
  ...ASSUMPTION_FLAGS,
  kubeconfig: { type: 'string' },
  topology: { type: 'string', multiple: true },
  port: { type: 'string', default: '8443' },
  'ops-port': { type: 'string', default: '8080' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
} as const;

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseFlags('serve', args, FLAGS);
  if (positionals.length > 0) throw new InputError(`serve takes no argument ${JSON.stringify(positionals[0])}`);
  if (values.kubeconfig && values.topology) throw new InputError('--kubeconfig and --topology exclude each other');
  const tls = readKeyPair(values['tls-cert'], values['tls-key']);
  const ports = { port: portFrom('port', values.port), opsPort: portFrom('ops-port', values['ops-port']) };
  const log: FastifyBaseLogger = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime });
  const source = await openSource(values, log, terminal);
  try {
    const server = await listening(
      startServer({
        judge: source.judge,
        log,
        tls: tls ?? (await throwawayCertificate(Date.now())),
        host: tls ? everyAddress() : '127.0.0.1',
        ...ports,
        readiness: source.readiness,
      }),
    );
    log.info({ port: server.webhookPort, opsPort: server.opsPort, topology: source.name }, 'serving');
    if (source.sample) terminal.err(sampleCurl(server.webhookPort));
    await untilStopped();
    await server.close();
  } finally {
    await source.stop();
  }
  return 0;
}

/** Both families, where the machine has both: listening on :: fails where IPv6 is off. */
function everyAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap(list => list ?? []);
  return addresses.some(({ family }) => family === 'IPv6') ? '::' : '0.0.0.0';
}

function portFrom(flag: string, text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) {
    throw new InputError(`--${flag} ${JSON.stringify(text)} is no port; expected 0 to 65535`);
  }
  return port;
}

async function listening<T>(server: Promise<T>): Promise<T> {
  try {
    return await server;
  } catch (cause) {
    throw new InputError(`cannot serve: ${messageOf(cause)}`, { cause });
  }
}

function untilStopped(): Promise<void> {
  return new Promise(resolve => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
}

export const serve: Verb = { name: 'serve', summary: 'serve the admission webhook', help: HELP, run };
