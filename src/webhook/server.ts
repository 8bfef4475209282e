import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { ReviewEnvironment } from '../admission/admit.ts';
import type { WorkloadEnvironment } from '../admission/workloads/admit-change.ts';
import { ConnectionTracker } from '../serving/connections.ts';
import type { TlsMaterial } from '../serving/https-app.ts';
import { replaceTls } from '../serving/https-app.ts';
import type { Capacity, ServerTimeouts } from '../serving/limits.ts';
import { CAPACITY } from '../serving/limits.ts';
import type { Metrics } from '../serving/metrics.ts';
import type { Readiness } from '../serving/ops-app.ts';
import { buildOpsApp } from '../serving/ops-app.ts';
import { buildWebhookApp } from './app.ts';

export interface ServerOptions {
  readonly environment: ReviewEnvironment;
  /** For POST /validate-workloads, which is answered 404 without it. */
  readonly workloads?: WorkloadEnvironment | null;
  readonly log: FastifyBaseLogger;
  /** `'later'`: no handshake succeeds until `useTls`. */
  readonly tls: TlsMaterial | 'later';
  /** Only clients with a certificate of `clientCA` for one of these names get a connection; `null` for any client. */
  readonly clientNames?: readonly string[] | null;
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly opsPort: number;
  readonly readiness: () => Readiness;
  readonly limits?: ServerTimeouts;
  readonly capacity?: Capacity;
  readonly metrics?: Metrics;
}

export interface WebhookServer {
  readonly webhookPort: number;
  readonly opsPort: number;
  /** Applies to new connections. Throws if the material is invalid. */
  useTls(material: TlsMaterial): void;
  /** From now on /readyz fails and each response closes its connection. */
  startDraining(): void;
  /** Stops accepting and waits for requests in flight; after `boundMillis` it destroys the remaining connections. */
  close(boundMs?: number): Promise<void>;
}

/** Above the timeout of 2 s that the chart sets for API servers. */
const CLOSE_TIMEOUT_MS = 10_000;

/** Time for the first request on a connection opened just before the shutdown. */
const UNUSED_CONNECTION_GRACE_MS = 1_000;

const DRAINING: Readiness = { ready: false, waitingFor: ['draining: the process is shutting down'] };

/** Listens on both ports. */
export async function startWebhookServer(options: ServerOptions): Promise<WebhookServer> {
  let tooLate = 0;
  let draining = false;
  const { log, metrics } = options;
  const webhook = await buildWebhookApp({
    ...options,
    onDeadlineMissed: () => log.warn({ tooLate: ++tooLate }, 'review allowed without evaluation: deadline missed'),
    draining: () => draining,
  });
  const ops = buildOpsApp(() => (draining ? DRAINING : options.readiness()), metrics);
  const connections = new ConnectionTracker(webhook, { capacity: options.capacity ?? CAPACITY, metrics });
  const close = async (boundMs = CLOSE_TIMEOUT_MS) => {
    draining = true;
    const unused = setTimeout(() => connections.closeUnused(), Math.min(UNUSED_CONNECTION_GRACE_MS, boundMs));
    const bound = setTimeout(() => {
      log.warn({ connections: connections.size }, 'connections destroyed: their requests did not end in time');
      connections.destroyAll();
    }, boundMs);
    await webhook.close();
    clearTimeout(unused);
    clearTimeout(bound);
    await ops.close();
  };
  try {
    await webhook.listen({ host: options.host, port: options.port });
    await ops.listen({ host: options.host, port: options.opsPort });
  } catch (error) {
    // If one port is taken, the other must not keep the process alive.
    await close();
    throw error;
  }
  return {
    webhookPort: portOf(webhook),
    opsPort: portOf(ops),
    useTls: material => replaceTls(webhook, material),
    startDraining() {
      draining = true;
    },
    close,
  };
}

function portOf(app: FastifyInstance): number {
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return address.port;
}
