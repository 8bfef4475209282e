import type { FastifyInstance, FastifyReply } from 'fastify';
import Fastify from 'fastify';
import type { Clock } from '../../runtime/clock.ts';
import { isLoopbackHost } from '../../runtime/listener.ts';
import type { Assets } from './assets.ts';
import { ChangeStream } from './change-stream.ts';
import type { UiModel } from './ui-model.ts';

export interface PageAppOptions {
  readonly view: UiModel;
  readonly assets: Assets;
  readonly clock: Clock;
}

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

/** Headers of every response, including errors. */
const HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

/** Maximum length of a namespace or Service name, from the limit for DNS names. */
const MAX_NAME_LENGTH = 253;

/**
 * The UI server: the built page and its API (src/ui/api.ts). It rejects requests for hosts other than this machine's
 * loopback names, and cross-site requests to the API.
 */
export function buildUiApp({ view, assets, clock }: PageAppOptions): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: 1024,
    http: { headersTimeout: 5_000, connectionsCheckingInterval: 2_500 },
    requestTimeout: 5_000,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: MAX_NAME_LENGTH },
    exposeHeadRoutes: false,
    frameworkErrors: (_, __, reply) => void refuse(reply.headers(HEADERS), 400, 'not a valid path'),
  });
  app.server.maxConnections = 128;
  app.addHook('onRequest', async ({ headers, method }, reply) => {
    reply.headers(HEADERS);
    if (!isLoopbackHost(headers.host)) return refuse(reply, 403, 'use localhost, 127.0.0.1 or [::1]');
    if (method !== 'GET') return refuse(reply.header('allow', 'GET'), 405, 'only GET is supported');
  });
  app.setNotFoundHandler((_, reply) => refuse(reply, 404, 'not found'));
  app.setErrorHandler((_, __, reply) => refuse(reply, 500, 'internal error'));
  serveAssets(app, assets);
  serveApi(app, view, clock);
  return app;
}

function serveAssets(app: FastifyInstance, assets: Assets): void {
  for (const [url, { body, type, hashed }] of assets) {
    const cache = hashed ? 'private, max-age=31536000, immutable' : 'no-cache';
    app.get(url, (_, reply) => reply.headers({ 'content-type': type, 'cache-control': cache }).send(body));
  }
}

function serveApi(app: FastifyInstance, view: UiModel, clock: Clock): void {
  const events = new ChangeStream(view, clock);
  // Open streams would delay closing the server.
  app.addHook('preClose', async () => events.close());
  app.register(async api => {
    api.addHook('onRequest', async ({ headers }, reply) => {
      const from = headers['sec-fetch-site'];
      if (from !== undefined && from !== 'same-origin' && from !== 'none') {
        return refuse(reply, 403, 'cross-site requests are not allowed');
      }
    });
    api.get('/api/overview', (_, reply) => reply.type('application/json; charset=utf-8').send(view.overview()));
    api.get('/api/cluster', (_, reply) => reply.send(view.cluster()));
    api.get<{ Params: { namespace: string; name: string } }>(
      '/api/services/:namespace/:name',
      async (request, reply) => {
        const detail = await view.service(request.params.namespace, request.params.name);
        return detail ? reply.send(detail) : refuse(reply, 404, 'no such Service');
      },
    );
    api.get('/api/events', (_, reply) => {
      const stream = events.open();
      if (!stream) return refuse(reply.header('retry-after', '10'), 503, 'too many open pages');
      return reply.type('text/event-stream').send(stream);
    });
  });
}

function refuse(reply: FastifyReply, status: number, error: string): FastifyReply {
  return reply.code(status).send({ error });
}
