import type { Server } from 'node:https';
import type { PeerCertificate, SecureContextOptions, TLSSocket } from 'node:tls';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import Fastify, { LogController } from 'fastify';
import type { Capacity, ServerTimeouts } from './limits.ts';
import { MAX_BODY_BYTES, SERVER_TIMEOUTS } from './limits.ts';
import type { Metrics } from './metrics.ts';

/** The certificate and key of the webhook port, and the CA of its clients (PEM). */
export interface TlsMaterial {
  readonly cert: string;
  readonly key: string;
  /** CA of client certificates, if they are verified. */
  readonly clientCA?: string | undefined;
}

export interface HttpsOptions {
  readonly log: FastifyBaseLogger;
  /** `null` for plain HTTP, `'later'` if the key pair is set after the start. */
  readonly tls: TlsMaterial | null | 'later';
  /** Accept only clients with a certificate of `clientCA` for one of these names; `null` for any client. */
  readonly clientNames?: readonly string[] | null;
  readonly limits?: ServerTimeouts;
  readonly capacity: Capacity;
  readonly metrics?: Metrics;
}

/** Creates a Fastify app with all limits set. It serves TLS unless `tls` is null. */
export function createHttpsApp(options: HttpsOptions): FastifyInstance {
  const { tls, log, limits = SERVER_TIMEOUTS, capacity, metrics } = options;
  const http = {
    connectionsCheckingInterval: limits.checkIntervalMs,
    headersTimeout: limits.headersMs,
    maxHeaderSize: capacity.headerBytes,
  };
  const common = {
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    // Request logs carry no per-request fields, so a child logger per request is unnecessary.
    childLoggerFactory: (logger: FastifyBaseLogger) => logger,
    bodyLimit: MAX_BODY_BYTES,
    keepAliveTimeout: limits.keepAliveMs,
    requestTimeout: limits.requestMs,
    maxRequestsPerSocket: capacity.requestsPerConnection,
    forceCloseConnections: 'idle',
    // While closing, requests on open connections are still answered, and the connection is closed afterwards.
    return503OnClosing: false,
    // Objects are read key by key and never merged, so a key named __proto__ is ordinary data.
    onProtoPoisoning: 'ignore',
    onConstructorPoisoning: 'ignore',
  } as const;
  const app = tls
    ? (Fastify({
        ...common,
        https: { ...http, ...tlsOptions(options), handshakeTimeout: limits.handshakeMs },
      }) as unknown as FastifyInstance)
    : Fastify({ ...common, http });
  app.server.maxHeadersCount = 100;
  // ConnectionTracker keeps the limits; this is for connections that are being closed.
  app.server.maxConnections = 2 * capacity.connections;
  app.server.on('drop', () => metrics?.connectionsDropped.inc());
  app.server.on('tlsClientError', () => metrics?.handshakeFailures.inc());
  const { clientNames } = options;
  if (clientNames) {
    app.server.on('secureConnection', (socket: TLSSocket) => {
      if (namesOf(socket.getPeerCertificate()).some(name => clientNames.includes(name))) return;
      metrics?.clientsRefused.inc();
      socket.destroy();
    });
  }
  return app;
}

/** Replaces the key pair for new connections; open connections keep theirs. Throws if the pair is unusable. */
export function replaceTls(app: FastifyInstance, material: TlsMaterial): void {
  // The app was created with TLS, so its server has this method.
  (app.server as unknown as Server).setSecureContext(contextOf(material));
}

function tlsOptions({ tls, clientNames = null }: HttpsOptions) {
  const context = tls === null || tls === 'later' ? {} : contextOf(tls);
  return { ...context, requestCert: clientNames !== null, rejectUnauthorized: clientNames !== null };
}

/** Key exchange with forward secrecy and authenticated encryption only; Go's TLS client has all of them. */
const CIPHERS = [
  ...['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'],
  ...['ECDSA', 'RSA'].flatMap(key =>
    ['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'CHACHA20-POLY1305'].map(cipher => `ECDHE-${key}-${cipher}`),
  ),
].join(':');

function contextOf({ cert, key, clientCA }: TlsMaterial): SecureContextOptions {
  return { cert, key, minVersion: 'TLSv1.2', ciphers: CIPHERS, ...(clientCA === undefined ? {} : { ca: clientCA }) };
}

/** The common name and the DNS names of a certificate. */
function namesOf({ subject, subjectaltname = '' }: PeerCertificate): readonly string[] {
  const dnsNames = subjectaltname.split(', ').flatMap(name => (name.startsWith('DNS:') ? [name.slice(4)] : []));
  return [...[subject?.CN ?? []].flat(), ...dnsNames];
}
