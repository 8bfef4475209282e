import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { Judge } from '../admission/admit.ts';
import type { Readiness } from './ops-app.ts';
import { buildOpsApp } from './ops-app.ts';
import type { KeyPair } from './throwaway-certificate.ts';
import { buildWebhookApp } from './webhook-app.ts';

export interface ServerOptions {
  readonly judge: Judge;
  readonly log: FastifyBaseLogger;
  readonly tls: KeyPair;
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly opsPort: number;
  readonly readiness: () => Readiness;
}

export interface RunningServer {
  readonly webhookPort: number;
  readonly opsPort: number;
  /** Takes no new connections and resolves when the requests under way are answered. */
  close(): Promise<void>;
}

/** Listens on both ports. Reviews answered too late are counted in the log. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  let tooLate = 0;
  const webhook = await buildWebhookApp({
    judge: options.judge,
    log: options.log,
    tls: options.tls,
    onTooLate: () => options.log.warn({ tooLate: ++tooLate }, 'review answered unjudged: its time was up'),
  });
  const ops = buildOpsApp(options.readiness);
  const close = async () => {
    await Promise.all([webhook.close(), ops.close()]);
  };
  try {
    await webhook.listen({ host: options.host, port: options.port });
    await ops.listen({ host: options.host, port: options.opsPort });
  } catch (error) {
    // One port taken: the other must not keep the process alive.
    await close();
    throw error;
  }
  return { webhookPort: portOf(webhook), opsPort: portOf(ops), close };
}

function portOf(app: FastifyInstance): number {
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return address.port;
}
