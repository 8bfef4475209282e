import type { ServerResponse } from 'node:http';
import { type Call, FakeApiServer, sendJson, sendStatus } from './fake-api-server.ts';

export interface KubeObject {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [key: string]: unknown };
  readonly [key: string]: unknown;
}

interface Event {
  readonly type: string;
  readonly path: string;
  readonly object: KubeObject;
  readonly version: number;
}

export const PATHS = {
  nodes: '/api/v1/nodes',
  services: '/api/v1/services',
  slices: '/apis/discovery.k8s.io/v1/endpointslices',
  namespaces: '/api/v1/namespaces',
  pods: '/api/v1/pods',
};

/** Stores objects and serves list, watch and streaming list, as the API server does. */
export class FakeCluster {
  readonly server: FakeApiServer;
  /** False: behaves like a server without the WatchList gate. */
  watchList = true;
  /** Versions up to this one are compacted. */
  compacted = 0;
  expiresBy: 'http' | 'event' = 'http';
  readonly watches = new Map<ServerResponse, string>();
  version = 100;
  readonly #objects = new Map<string, Map<string, KubeObject>>();
  readonly #events: Event[] = [];

  constructor(server: FakeApiServer = new FakeApiServer()) {
    this.server = server;
    server.scripts.push(call => this.#answer(call));
  }

  set(path: string, object: KubeObject): void {
    const objects = this.#of(path);
    const key = keyOf(object);
    const type = objects.has(key) ? 'MODIFIED' : 'ADDED';
    this.#record({ type, path, object, version: ++this.version });
    objects.set(key, this.#stamped(object, this.version));
  }

  delete(path: string, key: string): void {
    const object = this.#of(path).get(key);
    this.#of(path).delete(key);
    if (object) this.#record({ type: 'DELETED', path, object, version: ++this.version });
  }

  bookmark(path: string): void {
    this.version++;
    for (const [watch, watched] of this.watches) if (watched === path) watch.write(this.#bookmark(false));
  }

  /** Compacts the history, so that older watches get 410. */
  compact(): void {
    this.compacted = ++this.version;
  }

  watchesOf(path: string): readonly ServerResponse[] {
    return [...this.watches].filter(([, watched]) => watched === path).map(([watch]) => watch);
  }

  /** Calls for a path, or for one that starts a watch at `resourceVersion`. */
  calls(path: string): readonly Call[] {
    return this.server.calls.filter(call => call.path === path);
  }

  #answer({ path, query, response }: Call): boolean {
    if (!Object.values(PATHS).includes(path)) return false;
    if (query.get('watch') !== 'true') return this.#list(path, query, response);
    if (query.get('sendInitialEvents') === 'true' && !this.watchList) return sendStatus(response, 422, 'Invalid');
    return this.#watch(path, query, response);
  }

  #list(path: string, query: URLSearchParams, response: ServerResponse): boolean {
    const [from = 0, version = this.version] = (query.get('continue') ?? '').split('@').filter(Boolean).map(Number);
    if (version < this.compacted) return sendStatus(response, 410, 'Expired');
    const limit = Number(query.get('limit') ?? Number.POSITIVE_INFINITY);
    const all = [...this.#of(path)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
    const more = from + limit < all.length ? { continue: `${from + limit}@${version}` } : {};
    return sendJson(response, {
      kind: 'List',
      metadata: { resourceVersion: String(version), ...more },
      items: all.slice(from, from + limit),
    });
  }

  #watch(path: string, query: URLSearchParams, response: ServerResponse): boolean {
    const from = Number(query.get('resourceVersion') ?? 0);
    const streams = query.get('sendInitialEvents') === 'true';
    if (!streams && from < this.compacted && this.expiresBy === 'http') return sendStatus(response, 410, 'Expired');
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    if (streams) {
      for (const object of this.#of(path).values()) response.write(line('ADDED', object));
      response.write(this.#bookmark(true));
    } else if (from < this.compacted) {
      response.end(line('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' }));
      return true;
    }
    for (const event of this.#events) {
      if (!streams && event.path === path && event.version > from) response.write(this.#line(event));
    }
    this.watches.set(response, path);
    response.on('close', () => this.watches.delete(response));
    return true;
  }

  #record(event: Event): void {
    this.#events.push(event);
    for (const [watch, path] of this.watches) if (path === event.path) watch.write(this.#line(event));
  }

  #line(event: Event): string {
    return line(event.type, this.#stamped(event.object, event.version));
  }

  #bookmark(end: boolean): string {
    const annotations = end ? { 'k8s.io/initial-events-end': 'true' } : {};
    return line('BOOKMARK', { metadata: { resourceVersion: String(this.version), annotations } });
  }

  #stamped(object: KubeObject, version: number): KubeObject {
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
  }

  #of(path: string): Map<string, KubeObject> {
    const objects = this.#objects.get(path) ?? new Map<string, KubeObject>();
    this.#objects.set(path, objects);
    return objects;
  }
}

export function line(type: string, object: unknown): string {
  return `${JSON.stringify({ type, object })}\n`;
}

function keyOf({ metadata }: KubeObject): string {
  return metadata.namespace ? `${metadata.namespace}/${metadata.name}` : metadata.name;
}
