import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { pino } from 'pino';
import type { ConfigSource } from '../config/config-source.ts';
import { createAuditMetrics } from '../controller/audit/metrics.ts';
import { auditPart } from '../controller/audit/runnable.ts';
import { certificatesPart } from '../controller/certificates/runnable.ts';
import { Elector, LEASE_SECONDS } from '../controller/leader/elector.ts';
import { LeaseLock } from '../controller/leader/lease-lock.ts';
import { ownNamespace } from '../controller/leader/namespace.ts';
import type { Runnable } from '../controller/leader/runnable.ts';
import { runAll } from '../controller/leader/runnable.ts';
import { createUpkeepMetrics, type UpkeepMetrics } from '../controller/metrics.ts';
import type { Log } from '../runtime/log.ts';
import { stopSignal } from '../runtime/stop-signals.ts';
import { createMetrics, type Metrics } from '../serving/metrics.ts';
import { buildOpsApp } from '../serving/ops-app.ts';
import type { Verb } from './command.ts';
import { type ClusterAccess, openCluster } from './connect/cluster-access.ts';
import { parseFlagsOnly } from './flags/flags.ts';
import { flagHelp } from './flags/help.ts';
import { everyAddress, listenError, portFrom } from './flags/ports.ts';
import { watchServerConfig } from './serve/config-events.ts';
import { pageOf } from './serve/leader-page.ts';

const FLAGS = {
  config: { value: 'file', description: 'the same file that serve reads' },
  kubeconfig: { value: 'file', description: 'the cluster; inside a Pod the default is its own cluster' },
  'ops-port': {
    value: 'port',
    default: '8080',
    description: 'plain HTTP for /livez, /readyz, /version, /metrics; loopback only outside a Pod',
  },
} as const;

const HELP = `Manage the webhook's certificates and the caBundle of its configurations, and audit existing Services.

  zonewise controller [--config F] [--kubeconfig F] [--ops-port 8080]

${flagHelp(FLAGS)}

The leader also answers GET /findings (namespace, rule, level, limit) on audit.listen, loopback by default, and shows the
topology page on page.listen, if that is set.
At SIGTERM or SIGINT the Lease is released; a second signal ends it immediately.

Any number of replicas may run: the holder of the Lease zonewise-controller works, the others wait. The namespace of
the Lease and the Secrets is that of the Pod (POD_NAMESPACE), else zonewise.
`;

const LEASE = 'zonewise-controller';

async function run(args: readonly string[]): Promise<number> {
  const values = parseFlagsOnly('controller', args, FLAGS);
  const opsPort = portFrom('ops-port', values['ops-port']);
  const logger = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime });
  const log: Log = (level, message, fields) => logger[level](fields, message);
  const metrics = createMetrics();
  const config = watchServerConfig(values.config, { log: logger, metrics });
  const { kubeconfig } = values;
  const access = await openCluster(kubeconfig);
  const stopping = stopSignal(logger);
  try {
    await work({ access, kubeconfig, config, metrics, log, opsPort }, stopping);
  } finally {
    config.stop();
    await access.api.close();
  }
  return 0;
}

interface Work {
  readonly access: ClusterAccess;
  readonly kubeconfig: string | undefined;
  readonly config: ConfigSource;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly opsPort: number;
}

async function work(given: Work, stopping: AbortSignal): Promise<void> {
  const { config, metrics, log, opsPort } = given;
  const namespace = ownNamespace();
  const upkeep = createUpkeepMetrics(metrics.registry, metrics.certificateExpiry);
  const around = { ...given, namespace, upkeep };
  const elector = electorOf(around, partsOf(around));
  metrics.onCollect(() => upkeep.leads(elector.leads));
  const ops = buildOpsApp(
    () => ({ ready: elector.heardOf, waitingFor: elector.heardOf ? [] : ['the Lease, not read yet'] }),
    metrics,
  );
  const host = process.env['KUBERNETES_SERVICE_HOST'] === undefined ? '127.0.0.1' : everyAddress();
  await ops.listen({ host, port: opsPort }).catch(cause => {
    throw listenError(cause, { 'ops-port': opsPort });
  });
  log('info', 'controller started', { namespace, certificates: config.current().certificates.mode, opsPort });
  try {
    await elector.run(stopping);
  } finally {
    await ops.close();
  }
}

interface Surroundings extends Work {
  readonly namespace: string;
  readonly upkeep: UpkeepMetrics;
}

/** The runnables of the leader. */
function partsOf({ access, kubeconfig, config, namespace, metrics, log, upkeep }: Surroundings): readonly Runnable[] {
  const { certificates, webhooks } = config.current();
  const { api: store, steady, now } = access;
  const common = { store, namespace, steady, now, log };
  const invite = pageOf({ config: () => config.current(), clock: steady, log });
  const audited = { kubeconfig, config: () => config.current(), instance: hostname(), invite };
  return [
    certificatesPart({ ...common, certificates, webhooks, onExpiry: upkeep.expiry }),
    auditPart({ ...common, ...audited, metrics: createAuditMetrics(metrics.registry, metrics.ruleFailures) }),
  ].filter(part => part !== null);
}

function electorOf({ access, namespace, log }: Surroundings, parts: readonly Runnable[]): Elector {
  const { api: store, steady: clock } = access;
  const holder = { name: LEASE, identity: `${hostname()}_${randomUUID()}`, durationSeconds: LEASE_SECONDS };
  const lock = new LeaseLock({ ...holder, store, namespace, clock, now: Date.now });
  return new Elector({ lock, clock, log, lead: signal => runAll(parts, { clock, log }, signal) });
}

export const controller: Verb = {
  name: 'controller',
  summary: 'manage certificates and caBundles, and audit, as one leader',
  help: HELP,
  flags: FLAGS,
  run,
};
