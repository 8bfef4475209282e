import type { FastifyInstance } from 'fastify';
import Fastify from 'fastify';
import { VERSION } from '../runtime/version.ts';
import { ConnectionTracker } from './connections.ts';
import type { Metrics } from './metrics.ts';

export interface Readiness {
  readonly ready: boolean;
  /** Missing conditions and current problems. */
  readonly waitingFor: readonly string[];
}

/** Two scrapers and the kubelet need a few. */
export const OPS_CAPACITY = { connections: 256, connectionsPerSource: 128, handshakes: 256 };

/** The operations port, plain HTTP: /livez, /readyz, /version, and /metrics if metrics are given. */
export function buildOpsApp(readiness: () => Readiness, metrics?: Metrics): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: 1024,
    http: { headersTimeout: 5_000, connectionsCheckingInterval: 2_500 },
    requestTimeout: 5_000,
    keepAliveTimeout: 5_000,
    forceCloseConnections: true,
  });
  new ConnectionTracker(app, { capacity: OPS_CAPACITY });
  app.get('/livez', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const { ready, waitingFor } = readiness();
    reply.code(ready ? 200 : 503);
    return { status: ready ? 'ok' : 'not ready', waitingFor };
  });
  app.get('/version', async () => ({ name: 'zonewise', version: VERSION, node: process.versions.node }));
  if (metrics) addMetrics(app, readiness, metrics);
  return app;
}

function addMetrics(app: FastifyInstance, readiness: () => Readiness, metrics: Metrics): void {
  app.get('/metrics', async (_request, reply) => {
    metrics.ready.set(readiness().ready ? 1 : 0);
    reply.type(metrics.registry.contentType);
    return metrics.text();
  });
}
