import { ApiStatusError } from '../../../src/kube/client/errors.ts';
import type { ApiObject, CollectionApi, ListedObject } from '../../../src/kube/writer/api-writer.ts';
import { asObject, asString } from '../../../src/model/raw.ts';

export interface Write {
  readonly path: string;
  readonly object: ApiObject;
}

/** Objects in memory, with the resourceVersions and errors of an API server. */
export class FakeStore implements CollectionApi {
  readonly #objects = new Map<string, ApiObject>();
  #version = 0;
  readonly writes: Write[] = [];
  /** Paths of the DELETE requests that have deleted an object. */
  readonly deletes: string[] = [];
  /** Awaited before each call. If it throws, the caller gets the error and nothing has happened. */
  before: (kind: 'read' | 'write', path: string) => Promise<unknown> = async () => {};
  /** Called after each write. If it throws, the caller gets the error although the write has happened. */
  after: (write: Write) => void = () => {};

  async read(path: string, signal?: AbortSignal): Promise<ApiObject | null> {
    await this.before('read', path);
    signal?.throwIfAborted();
    return structuredClone(this.#objects.get(path) ?? null);
  }

  async create(collection: string, object: ApiObject, signal?: AbortSignal): Promise<ApiObject> {
    const path = `${collection}/${asString(asObject(object.metadata).name)}`;
    await this.before('write', path);
    signal?.throwIfAborted();
    if (this.#objects.has(path)) throw apiStatusError(409, 'AlreadyExists');
    return this.#written(path, object);
  }

  async replace(path: string, object: ApiObject, signal?: AbortSignal): Promise<ApiObject> {
    await this.before('write', path);
    signal?.throwIfAborted();
    const known = this.#objects.get(path);
    if (!known) throw apiStatusError(404, 'NotFound');
    if (versionOf(known) !== versionOf(object)) throw apiStatusError(409, 'Conflict');
    return this.#written(path, object);
  }

  async delete(path: string, signal?: AbortSignal): Promise<void> {
    await this.before('write', path);
    signal?.throwIfAborted();
    if (this.#objects.delete(path)) this.deletes.push(path);
  }

  /** Lists the objects of all namespaces, by a selector of one name. */
  async *listMetadata(
    path: string,
    { fieldSelector = '' }: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ): AsyncGenerator<ListedObject> {
    await this.before('read', path);
    signal?.throwIfAborted();
    const [, base, plural] = /^(.*)\/([^/]+)$/.exec(path) ?? [];
    for (const [at, object] of this.#objects) {
      const { namespace, name } = asObject(object.metadata);
      const listed = { namespace: asString(namespace), name: asString(name), resourceVersion: versionOf(object) };
      const isOfKind = at === `${base}/namespaces/${listed.namespace}/${plural}/${listed.name}`;
      if (isOfKind && fieldSelector === `metadata.name=${listed.name}`) yield listed;
    }
  }

  /** Writes as another client would, over any existing object. */
  put(path: string, object: ApiObject): void {
    this.#keep(path, object);
  }

  peek(path: string): ApiObject | null {
    return structuredClone(this.#objects.get(path) ?? null);
  }

  remove(path: string): void {
    this.#objects.delete(path);
  }

  #written(path: string, object: ApiObject): ApiObject {
    const kept = this.#keep(path, object);
    const write = { path, object: kept };
    this.writes.push(write);
    this.after(write);
    return structuredClone(kept);
  }

  #keep(path: string, object: ApiObject): ApiObject {
    const metadata = { ...asObject(object.metadata), resourceVersion: String(++this.#version) };
    const kept = structuredClone({ ...object, metadata });
    this.#objects.set(path, kept);
    return kept;
  }
}

export function apiStatusError(status: number, reason: string): ApiStatusError {
  return new ApiStatusError({ status, reason, message: reason, retryAfterSeconds: null });
}

function versionOf(object: ApiObject): string {
  return asString(asObject(object.metadata).resourceVersion);
}
