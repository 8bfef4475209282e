import type { FastifyBaseLogger } from 'fastify';
import { pino } from 'pino';
import { InputError } from '../runtime/errors.ts';
import { createMetrics } from '../serving/metrics.ts';
import type { Terminal, Verb } from './command.ts';
import { ASSUMPTION_FLAGS, parseFlags } from './flags/flags.ts';
import { portFrom } from './flags/ports.ts';
import { keyPairPaths } from './flags/tls-flags.ts';
import { watchServerConfig } from './serve/config-events.ts';
import { openSource } from './serve/review-source.ts';
import { serveReviews } from './serve/run.ts';

const HELP = `Serve the admission webhook.

  zonewise serve [--config F] [--kubeconfig F | --topology F...] [--port 8443] [--ops-port 8080] [--tls-cert F --tls-key F]

  --kubeconfig FILE         watch this cluster; inside a Pod its own cluster is watched without being told
  --topology FILE           judge by the cluster of these files; repeatable
  --kubernetes-version 1.N  with --topology: the version to judge by (default: the newest known)
  --dataplane NAME          auto, kube-proxy, ipvs, cilium or other
  --config FILE             levels, overrides and other settings
  --port N, --ops-port N    HTTPS for the API server; plain HTTP for /livez, /readyz, /version, /metrics
  --tls-cert F, --tls-key F PEM, read again when they change and waited for until they are there; without them a
                            throw-away certificate, on loopback only

At SIGTERM or SIGINT /readyz fails at once, and serving goes on for serving.drainDelay; a second signal ends at once.
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
  const ports = { port: portFrom('port', values.port), opsPort: portFrom('ops-port', values['ops-port']) };
  const pair = keyPairPaths(values['tls-cert'], values['tls-key']);
  const log = batchedLog();
  const metrics = createMetrics();
  const config = watchServerConfig(values.config, { log, metrics });
  try {
    const source = await openSource(values, { log, terminal, metrics, config });
    try {
      await serveReviews({ source, config, pair, ports, log, metrics, terminal });
    } finally {
      await source.stop();
    }
  } finally {
    config.stop();
  }
  return 0;
}

/** Lines are written together, at the latest after this. */
const FLUSH_INTERVAL_MS = 100;

/** A system call for each line would cost as much as a tenth of a review. */
function batchedLog(): FastifyBaseLogger {
  const destination = pino.destination({ sync: false, minLength: 4096 });
  setInterval(() => destination.flush(), FLUSH_INTERVAL_MS).unref();
  process.once('exit', () => destination.flushSync());
  return pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}

export const serve: Verb = { name: 'serve', summary: 'serve the admission webhook', help: HELP, run };
