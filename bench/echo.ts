// The bare echo that all else is compared with: an AdmissionReview in, `allowed: true` out. Fastify and TLS as zonewise sets
// them (src/serving/https-app.ts, limits.ts), and nothing else. Arguments: port, certificate, key.
import { readFileSync } from 'node:fs';
import Fastify from 'fastify';
import { BODY_LIMIT, CAPACITY, SERVER_LIMITS } from '../src/serving/limits.ts';

const [port = '', cert = '', key = ''] = process.argv.slice(2);

const app = Fastify({
  https: {
    cert: readFileSync(cert, 'utf8'),
    key: readFileSync(key, 'utf8'),
    minVersion: 'TLSv1.2',
    connectionsCheckingInterval: SERVER_LIMITS.checkEvery,
    headersTimeout: SERVER_LIMITS.headers,
    maxHeaderSize: CAPACITY.headerBytes,
    handshakeTimeout: SERVER_LIMITS.handshake,
  },
  bodyLimit: BODY_LIMIT,
  keepAliveTimeout: SERVER_LIMITS.keepAlive,
  requestTimeout: SERVER_LIMITS.request,
  maxRequestsPerSocket: CAPACITY.requestsPerConnection,
  onProtoPoisoning: 'ignore',
  onConstructorPoisoning: 'ignore',
});

app.post('/validate', async request => {
  const { uid } = (request.body as { request: { uid: string } }).request;
  return { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: { uid, allowed: true } };
});

await app.listen({ host: '127.0.0.1', port: Number(port) });
