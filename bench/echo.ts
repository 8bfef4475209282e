// The baselines: an AdmissionReview in, `allowed: true` out, on Fastify and TLS with the settings of zonewise
// (src/serving/https-app.ts, limits.ts). `bare` does nothing else; `logging` also returns a warning for
// `internalTrafficPolicy: Local`, writes one log line and counts, as every webhook in production does.
// Arguments: port, certificate, key, bare or logging.
import { readFileSync } from 'node:fs';
import Fastify from 'fastify';
import { pino, stdTimeFunctions } from 'pino';
import { Counter, Histogram } from 'prom-client';
import { CAPACITY, MAX_BODY_BYTES, SERVER_TIMEOUTS } from '../src/serving/limits.ts';

const [port = '', cert = '', key = '', kind = 'bare'] = process.argv.slice(2);

const app = Fastify({
  https: {
    cert: readFileSync(cert, 'utf8'),
    key: readFileSync(key, 'utf8'),
    minVersion: 'TLSv1.2',
    connectionsCheckingInterval: SERVER_TIMEOUTS.checkIntervalMs,
    headersTimeout: SERVER_TIMEOUTS.headersMs,
    maxHeaderSize: CAPACITY.headerBytes,
    handshakeTimeout: SERVER_TIMEOUTS.handshakeMs,
  },
  bodyLimit: MAX_BODY_BYTES,
  keepAliveTimeout: SERVER_TIMEOUTS.keepAliveMs,
  requestTimeout: SERVER_TIMEOUTS.requestMs,
  maxRequestsPerSocket: CAPACITY.requestsPerConnection,
  onProtoPoisoning: 'ignore',
  onConstructorPoisoning: 'ignore',
});

interface AdmissionRequest {
  readonly uid: string;
  readonly operation: string;
  readonly namespace: string;
  readonly name: string;
  readonly object: { readonly spec: { readonly internalTrafficPolicy?: string } };
}

const requestOf = (body: unknown) => (body as { readonly request: AdmissionRequest }).request;
const review = (response: object) => ({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response });

if (kind === 'bare') {
  app.post('/validate', async ({ body }) => review({ uid: requestOf(body).uid, allowed: true }));
} else {
  const log = pino(
    { base: null, timestamp: stdTimeFunctions.isoTime },
    pino.destination({ sync: false, minLength: 4096 }),
  );
  const reviews = new Counter({ name: 'reviews_total', help: 'Reviews.', labelNames: ['operation', 'outcome'] });
  const seconds = new Histogram({ name: 'review_seconds', help: 'Duration.', buckets: [0.001, 0.01, 0.1, 1] });
  app.post('/validate', async ({ body }, reply) => {
    const { uid, operation, namespace, name, object } = requestOf(body);
    const warnings =
      object.spec.internalTrafficPolicy === 'Local'
        ? [
            `${name}: this change makes nodes lose traffic: internalTrafficPolicy Local, no endpoint there [local-policy]`,
          ]
        : undefined;
    reviews.inc({ operation, outcome: 'evaluated' });
    seconds.observe(reply.elapsedTime / 1000);
    log.info({ uid, operation, namespace, name, allowed: true, rules: warnings?.length ?? 0 }, 'review');
    return review({ uid, allowed: true, warnings });
  });
}

await app.listen({ host: '127.0.0.1', port: Number(port) });
