import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { pino } from 'pino';
import type { ConfigSource } from '../config/config-source.ts';
import { createAuditMetrics } from '../controller/audit/metrics.ts';
import { auditRunnable } from '../controller/audit/runnable.ts';
import { certificatesRunnable } from '../controller/certificates/runnable.ts';
import { LEASE_DURATION_SECONDS, LeaderElector } from '../controller/leader/elector.ts';
import { LeaseLock } from '../controller/leader/lease-lock.ts';
import { installNamespace } from '../controller/leader/namespace.ts';
import type { Runnable } from '../controller/leader/runnable.ts';
import { runAll } from '../controller/leader/runnable.ts';
import { type ControllerMetrics, createControllerMetrics } from '../controller/metrics.ts';
import { createReportMetrics } from '../controller/reports/metrics.ts';
import type { Log } from '../runtime/log.ts';
import { stopSignal } from '../runtime/stop-signals.ts';
import { createMetrics, type Metrics } from '../serving/metrics.ts';
import { buildOpsApp } from '../serving/ops-app.ts';
import type { Command } from './command.ts';
import { type ClusterAccess, openClusterAccess } from './connect/cluster-access.ts';
import { parseFlagsOnly } from './flags/flags.ts';
import { flagHelp } from './flags/help.ts';
import { parsePort, toListenError, wildcardAddress } from './flags/ports.ts';
import { JSON_LOG } from './output/json-log.ts';
import { watchServerConfig } from './serve/config-events.ts';
import { leaderUi } from './serve/leader-page.ts';

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

const LEASE_NAME = 'zonewise-controller';

async function run(args: readonly string[]): Promise<number> {
  const values = parseFlagsOnly('controller', args, FLAGS);
  const opsPort = parsePort('ops-port', values['ops-port']);
  const logger = pino(JSON_LOG);
  const log: Log = (level, message, fields) => logger[level](fields, message);
  const metrics = createMetrics();
  const config = watchServerConfig(values.config, { log: logger, metrics });
  const { kubeconfig } = values;
  const access = await openClusterAccess(kubeconfig);
  const stopping = stopSignal(logger);
  try {
    await runController({ access, kubeconfig, config, metrics, log, opsPort }, stopping);
  } finally {
    config.stop();
    await access.api.close();
  }
  return 0;
}

interface ControllerOptions {
  readonly access: ClusterAccess;
  readonly kubeconfig: string | undefined;
  readonly config: ConfigSource;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly opsPort: number;
}

async function runController(given: ControllerOptions, stopping: AbortSignal): Promise<void> {
  const { config, metrics, log, opsPort } = given;
  const namespace = installNamespace();
  const controllerMetrics = createControllerMetrics(metrics.registry, metrics.certificateExpiry);
  const runnableOptions = { ...given, namespace, controllerMetrics };
  const elector = createElector(runnableOptions, createRunnables(runnableOptions));
  metrics.onCollect(() => controllerMetrics.setLeader(elector.isLeader));
  const ops = buildOpsApp(
    () => ({ ready: elector.leaderObserved, waitingFor: elector.leaderObserved ? [] : ['the Lease, not read yet'] }),
    metrics,
  );
  const host = process.env['KUBERNETES_SERVICE_HOST'] === undefined ? '127.0.0.1' : wildcardAddress();
  await ops.listen({ host, port: opsPort }).catch(cause => {
    throw toListenError(cause, { 'ops-port': opsPort });
  });
  log('info', 'controller started', { namespace, certificates: config.current().certificates.mode, opsPort });
  try {
    await elector.run(stopping);
  } finally {
    await ops.close();
  }
}

interface RunnableOptions extends ControllerOptions {
  readonly namespace: string;
  readonly controllerMetrics: ControllerMetrics;
}

/** The runnables of the leader. */
function createRunnables({
  access,
  kubeconfig,
  config,
  namespace,
  metrics,
  log,
  controllerMetrics,
}: RunnableOptions): readonly Runnable[] {
  const { certificates, webhooks } = config.current();
  const { api: store, monotonicClock, now } = access;
  const common = { store, namespace, monotonicClock, now, log };
  const createSubscriber = leaderUi({ config: () => config.current(), clock: monotonicClock, log });
  const audited = { kubeconfig, config: () => config.current(), instance: hostname(), createSubscriber };
  return [
    certificatesRunnable({ ...common, certificates, webhooks, onExpiry: controllerMetrics.setExpiry }),
    auditRunnable({
      ...common,
      ...audited,
      metrics: createAuditMetrics(metrics.registry, metrics.ruleFailures),
      reportMetrics: createReportMetrics(metrics.registry),
    }),
  ].filter(part => part !== null);
}

function createElector({ access, namespace, log }: RunnableOptions, parts: readonly Runnable[]): LeaderElector {
  const { api: store, monotonicClock: clock } = access;
  const holder = {
    name: LEASE_NAME,
    identity: `${hostname()}_${randomUUID()}`,
    durationSeconds: LEASE_DURATION_SECONDS,
  };
  const lock = new LeaseLock({ ...holder, store, namespace, clock, now: Date.now });
  return new LeaderElector({ lock, clock, log, lead: signal => runAll(parts, { clock, log }, signal) });
}

export const controller: Command = {
  name: 'controller',
  summary: 'manage certificates and caBundles, and audit, as one leader',
  help: HELP,
  flags: FLAGS,
  run,
};
