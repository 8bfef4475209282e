import type { FastifyBaseLogger } from 'fastify';
import { pino } from 'pino';
import { InputError } from '../runtime/errors.ts';
import { createMetrics } from '../serving/metrics.ts';
import type { Command, Terminal } from './command.ts';
import { ASSUMPTION_FLAGS, described, parseFlagsOnly } from './flags/flags.ts';
import { flagHelp } from './flags/help.ts';
import { parsePort } from './flags/ports.ts';
import { parseTlsFlags } from './flags/tls-flags.ts';
import { JSON_LOG } from './output/json-log.ts';
import { watchServerConfig } from './serve/config-events.ts';
import { openReviewSource } from './serve/review-source.ts';
import { runServer } from './serve/run.ts';

const FLAGS = {
  kubeconfig: { value: 'file', description: 'watch this cluster; inside a Pod the default is its own cluster' },
  topology: { value: 'manifests', multiple: true, description: 'evaluate with the cluster of these files' },
  ...described(ASSUMPTION_FLAGS, {
    'kubernetes-version': 'with --topology: the Kubernetes version to evaluate for (default: the newest known)',
  }),
  port: { value: 'port', default: '8443', description: 'HTTPS for the API server' },
  'ops-port': { value: 'port', default: '8080', description: 'plain HTTP for /livez, /readyz, /version, /metrics' },
  'tls-cert': {
    value: 'file',
    description:
      'PEM, awaited until it exists and read again when it changes; without it a self-signed certificate, on loopback only',
  },
  'tls-key': { value: 'file', description: 'PEM of its private key, watched in the same way' },
} as const;

const HELP = `Serve the admission webhook.

  zonewise serve [--config F] [--kubeconfig F | --topology F...] [--port 8443] [--ops-port 8080] [--tls-cert F --tls-key F]

${flagHelp(FLAGS)}

At SIGTERM or SIGINT /readyz fails immediately, and serving continues for serving.drainDelay; a second
signal ends it immediately.
Outside a cluster and without --kubeconfig or --topology a bundled sample cluster is served.

Examples:
  zonewise serve
  zonewise serve --topology cluster.yaml --kubernetes-version 1.34
  zonewise serve --kubeconfig ~/.kube/config --tls-cert tls.crt --tls-key tls.key --config zonewise.yaml
`;

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const values = parseFlagsOnly('serve', args, FLAGS);
  if (values.kubeconfig && values.topology) throw new InputError('--kubeconfig and --topology exclude each other');
  const ports = { port: parsePort('port', values.port), opsPort: parsePort('ops-port', values['ops-port']) };
  if (ports.port === ports.opsPort && ports.port !== 0)
    throw new InputError(`--port and --ops-port are both ${ports.port}; give two different ports`);
  const pair = parseTlsFlags(values['tls-cert'], values['tls-key']);
  const log = batchedLog();
  const metrics = createMetrics();
  const config = watchServerConfig(values.config, { log, metrics });
  try {
    const source = await openReviewSource(values, { log, terminal, metrics, config });
    try {
      await runServer({ source, config, pair, ports, log, metrics, terminal });
    } finally {
      await source.stop();
    }
  } finally {
    config.stop();
  }
  return 0;
}

/** Upper bound for the delay of a log line. */
const FLUSH_INTERVAL_MS = 100;

/** Batches log lines: a system call per line takes a tenth of the time of a review. */
function batchedLog(): FastifyBaseLogger {
  const destination = pino.destination({ sync: false, minLength: 4096 });
  setInterval(() => destination.flush(), FLUSH_INTERVAL_MS).unref();
  process.once('exit', () => destination.flushSync());
  return pino(JSON_LOG, destination);
}

export const serve: Command = { name: 'serve', summary: 'serve the admission webhook', help: HELP, flags: FLAGS, run };
