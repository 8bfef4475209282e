import type { FastifyInstance } from 'fastify';
import Fastify from 'fastify';
import { isLevel } from '../../model/finding.ts';
import { findingJson } from '../../report/json.ts';
import { isLoopbackHost } from '../../runtime/listener.ts';
import type { ActiveFinding, FindingsFilter, FindingsStore, PageCursor } from './store.ts';

export interface FindingsAppOptions {
  readonly store: FindingsStore;
  /** False until every Service has been evaluated once: an empty list would look like a cluster without findings. */
  readonly isComplete: () => boolean;
  /** When an earlier leader first saw the finding, in milliseconds since the epoch; null if unknown. */
  readonly firstSeenEarlier: (active: ActiveFinding) => number | null;
}

const MAX_PAGE_SIZE = 500;
const DEFAULT_PAGE_SIZE = 100;
const PARAMETERS = ['limit', 'continue', 'namespace', 'rule', 'level'] as const;

/** An invalid query; the message states what is expected. */
class QueryError extends Error {
  override readonly name = 'QueryError';
  readonly code = 'bad-query';
}

/**
 * `GET /findings`: `{items: […check's finding, with `since`], continue}`. It is meant for port-forward and accepts only
 * loopback Host headers, which prevents DNS rebinding from a web page.
 */
export function buildFindingsApp(options: FindingsAppOptions): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: 1024,
    requestTimeout: 5_000,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 100 },
    exposeHeadRoutes: false,
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    if (!isLoopbackHost(request.headers.host)) return reply.callNotFound();
  });
  app.setNotFoundHandler((_, reply) =>
    reply.code(404).send({ error: 'only GET /findings exists, with localhost, 127.0.0.1 or [::1] as Host' }),
  );
  app.get('/findings', (request, reply) => {
    if (!options.isComplete()) return reply.code(503).send({ error: 'not every Service has been evaluated yet' });
    try {
      return reply.send(answer(new URLSearchParams(request.raw.url?.split('?')[1] ?? ''), options));
    } catch (error) {
      if (!(error instanceof QueryError)) throw error;
      return reply.code(400).send({ error: error.message });
    }
  });
  return app;
}

function answer(query: URLSearchParams, { store, firstSeenEarlier }: FindingsAppOptions) {
  const { filter, limit, after } = parseQuery(query);
  const { items, end } = store.page(filter, limit, after);
  return {
    items: items.map(active => ({
      ...findingJson(active.finding),
      since: new Date(Math.min(active.since, firstSeenEarlier(active) ?? active.since)).toISOString(),
    })),
    continue: end === null ? '' : Buffer.from(JSON.stringify([end.key, end.count])).toString('base64url'),
  };
}

interface Query {
  readonly filter: FindingsFilter;
  readonly limit: number;
  readonly after: PageCursor | null;
}

function parseQuery(query: URLSearchParams): Query {
  for (const name of query.keys()) {
    if (PARAMETERS.some(known => known === name) && query.getAll(name).length === 1) continue;
    throw new QueryError(`${JSON.stringify(name)} is unknown or repeated; expected ${PARAMETERS.join(', ')}`);
  }
  const text = query.get('limit') ?? String(DEFAULT_PAGE_SIZE);
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > MAX_PAGE_SIZE)
    throw new QueryError(`limit ${JSON.stringify(text)}: expected 1 to ${MAX_PAGE_SIZE}`);
  const level = query.get('level') ?? undefined;
  if (level !== undefined && !isLevel(level)) throw new QueryError('level: expected info, warn or deny');
  const filter = { namespace: query.get('namespace') ?? undefined, rule: query.get('rule') ?? undefined, level };
  return { filter, limit, after: parsePlace(query.get('continue') ?? '') };
}

function parsePlace(token: string): PageCursor | null {
  if (token === '') return null;
  try {
    const place: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    const [key, count] = Array.isArray(place) ? (place as unknown[]) : [];
    if (typeof key === 'string' && Number.isInteger(count)) return { key, count: Number(count) };
  } catch {
    // Falls through to the error: this is not a token of zonewise.
  }
  throw new QueryError('continue: expected the value of an earlier response');
}
