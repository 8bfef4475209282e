import type { FastifyInstance } from 'fastify';
import Fastify from 'fastify';
import { VERSION } from '../version.ts';

export interface Readiness {
  readonly ready: boolean;
  /** What is still missing, or what is in the way. */
  readonly waitingFor: readonly string[];
}

/** The operations port, plain HTTP: /livez, /readyz, /version. */
export function buildOpsApp(readiness: () => Readiness): FastifyInstance {
  const app = Fastify({ logger: false, bodyLimit: 1024, requestTimeout: 5_000, forceCloseConnections: true });
  app.get('/livez', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const { ready, waitingFor } = readiness();
    reply.code(ready ? 200 : 503);
    return { status: ready ? 'ok' : 'not ready', waitingFor };
  });
  app.get('/version', async () => ({ name: 'zonewise', version: VERSION, node: process.versions.node }));
  return app;
}
