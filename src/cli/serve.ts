import { existsSync, readFileSync } from 'node:fs';
import type { FastifyBaseLogger } from 'fastify';
import { pino } from 'pino';
import type { Judge } from '../admission/admit.ts';
import { ManifestTopology } from '../cluster/manifest-topology.ts';
import { InputError, messageOf } from '../errors.ts';
import { RULES } from '../rules/index.ts';
import type { Readiness } from '../server/ops-app.ts';
import { startServer } from '../server/run.ts';
import type { KeyPair } from '../server/throwaway-certificate.ts';
import { throwawayCertificate } from '../server/throwaway-certificate.ts';
import type { AssumptionFlags } from './arguments.ts';
import { ASSUMPTION_FLAGS, assumedFacts, dataPlaneFrom, parseFlags, policyFrom } from './arguments.ts';
import { readInput } from './input-files.ts';
import { SAMPLE_CLUSTER, sampleCurl } from './sample.ts';
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
        host: tls ? '::' : '127.0.0.1',
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

interface Source {
  readonly name: string;
  readonly sample: boolean;
  readonly judge: Judge;
  readonly readiness: () => Readiness;
  stop(): Promise<void>;
}

interface SourceFlags extends AssumptionFlags {
  readonly kubeconfig?: string | undefined;
  readonly topology?: readonly string[] | undefined;
}

async function openSource(flags: SourceFlags, log: FastifyBaseLogger, terminal: Terminal): Promise<Source> {
  const inCluster = process.env['KUBERNETES_SERVICE_HOST'] !== undefined;
  if (flags.kubeconfig || (inCluster && !flags.topology)) return liveSource(flags, log);
  const policy = policyFrom(flags);
  const sample = flags.topology === undefined;
  const topology = new ManifestTopology(await readInput(flags.topology ?? [SAMPLE_CLUSTER], terminal.stdin));
  const facts = assumedFacts(flags, policy, Date.now());
  return {
    name: sample ? 'bundled sample' : 'files',
    sample,
    judge: {
      rules: RULES,
      topology: () => topology,
      facts: () => ({ ...facts, now: Date.now() }),
      policy: () => policy,
      pods: null,
    },
    readiness: () => ({ ready: true, waitingFor: [] }),
    stop: async () => {},
  };
}

async function liveSource(flags: SourceFlags, log: FastifyBaseLogger): Promise<Source> {
  const { connectCluster, KubeconfigError } = await import('../cluster/live/index.ts');
  const policy = policyFrom(flags);
  const dataPlane = dataPlaneFrom(flags.dataplane ?? policy.dataPlane);
  const cluster = await connectCluster({
    kubeconfigPath: flags.kubeconfig,
    dataPlane: dataPlane.assumed ? 'auto' : dataPlane.kind,
    log: (level, message, fields) => log[level](fields ?? {}, message),
  }).catch(cause => {
    if (cause instanceof KubeconfigError) throw new InputError(cause.message, { cause });
    throw cause;
  });
  cluster.whenReady.then(() => log.info('topology synced')).catch(() => {});
  return {
    name: 'live cluster',
    sample: false,
    judge: {
      rules: RULES,
      topology: () => cluster.topology,
      facts: () => cluster.facts(),
      policy: () => policy,
      pods: cluster.pods,
    },
    readiness: () => ({
      ready: cluster.ready,
      waitingFor: cluster.ready ? [] : ['topology', ...[...cluster.problems()].map(([what, why]) => `${what}: ${why}`)],
    }),
    stop: () => cluster.stop(),
  };
}

function readKeyPair(certFile: string | undefined, keyFile: string | undefined): KeyPair | null {
  if (certFile === undefined && keyFile === undefined) return null;
  if (certFile === undefined || keyFile === undefined) throw new InputError('--tls-cert and --tls-key go together');
  return { cert: readPem(certFile, 'CERTIFICATE'), key: readPem(keyFile, 'PRIVATE KEY') };
}

function readPem(file: string, what: string): string {
  if (!existsSync(file)) throw new InputError('no such file', { file });
  const text = readFileSync(file, 'utf8');
  if (!text.includes(`${what}-----`)) throw new InputError(`no PEM with a ${what.toLowerCase()}`, { file });
  return text;
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
