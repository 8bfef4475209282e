import type { Server } from 'node:https';
import type { SecureContextOptions } from 'node:tls';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import Fastify, { LogController } from 'fastify';
import type { Capacity, ServerLimits } from './limits.ts';
import { BODY_LIMIT, SERVER_LIMITS } from './limits.ts';
import type { Metrics } from './metrics.ts';

/** What the webhook port shows of itself, and whom it listens to. PEM. */
export interface TlsMaterial {
  readonly cert: string;
  readonly key: string;
  /** Whose certificates clients must have, where they are asked for one. */
  readonly clientCA?: string | undefined;
}

export interface HttpsOptions {
  readonly log: FastifyBaseLogger;
  /** `null` for plain HTTP, `'later'` where the key pair is given once it is there. */
  readonly tls: TlsMaterial | null | 'later';
  /** Only clients with a certificate of `clientCA` get a connection. */
  readonly verifyClients?: boolean;
  readonly limits?: ServerLimits;
  readonly capacity: Capacity;
  readonly metrics?: Metrics;
}

/** A Fastify app with every bound set, over TLS unless told otherwise. */
export function createApp(options: HttpsOptions): FastifyInstance {
  const { tls, log, limits = SERVER_LIMITS, capacity, metrics } = options;
  const http = {
    connectionsCheckingInterval: limits.checkEvery,
    headersTimeout: limits.headers,
    maxHeaderSize: capacity.headerBytes,
  };
  const common = {
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    // Requests log nothing that would tell one from another: a logger of its own for each would be for nothing.
    childLoggerFactory: (logger: FastifyBaseLogger) => logger,
    bodyLimit: BODY_LIMIT,
    keepAliveTimeout: limits.keepAlive,
    requestTimeout: limits.request,
    maxRequestsPerSocket: capacity.requestsPerConnection,
    forceCloseConnections: 'idle',
    // While closing, what still arrives on an open connection is answered like all else, and the connection closed then.
    return503OnClosing: false,
    // Objects are read key by key and merged into nothing, so a key called __proto__ is data like any other.
    onProtoPoisoning: 'ignore',
    onConstructorPoisoning: 'ignore',
  } as const;
  const app = tls
    ? (Fastify({
        ...common,
        https: { ...http, ...tlsOptions(options), handshakeTimeout: limits.handshake },
      }) as unknown as FastifyInstance)
    : Fastify({ ...common, http });
  app.server.maxHeadersCount = 100;
  app.server.maxConnections = capacity.connections;
  app.server.on('drop', () => metrics?.connectionsDropped.inc());
  app.server.on('tlsClientError', () => metrics?.handshakeFailures.inc());
  return app;
}

/** Shows this to connections made from now on; those that are open stay as they are. Throws where it cannot be used. */
export function useTls(app: FastifyInstance, material: TlsMaterial): void {
  // As with --tls-cert the app was made with TLS.
  (app.server as unknown as Server).setSecureContext(contextOf(material));
}

function tlsOptions({ tls, verifyClients = false }: HttpsOptions) {
  const context = tls === null || tls === 'later' ? {} : contextOf(tls);
  return { ...context, requestCert: verifyClients, rejectUnauthorized: verifyClients };
}

function contextOf({ cert, key, clientCA }: TlsMaterial): SecureContextOptions {
  return { cert, key, minVersion: 'TLSv1.2', ...(clientCA === undefined ? {} : { ca: clientCA }) };
}
