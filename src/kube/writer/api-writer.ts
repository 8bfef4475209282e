import { asList, asObject, asString } from '../../model/raw.ts';
import { ApiClient, readBodyText, type SendOptions } from '../client/api-client.ts';
import type { Credentials } from '../client/credentials.ts';
import { ApiStatusError } from '../client/errors.ts';

/** An object of the API as received. Unknown fields are kept when it is written back. */
export type ApiObject = Readonly<Record<string, unknown>>;

/** Single objects, by path. Methods throw ApiStatusError (409: another client was faster) or the network's error. */
export interface ObjectApi {
  /** Returns null if the object does not exist. */
  read(path: string, signal: AbortSignal): Promise<ApiObject | null>;
  /** POST to a collection. Throws 409 if the name is taken. */
  create(collection: string, object: ApiObject, signal: AbortSignal): Promise<ApiObject>;
  /** PUT. Throws 409 if the object has changed since its resourceVersion. */
  replace(path: string, object: ApiObject, signal: AbortSignal): Promise<ApiObject>;
}

export interface ListedObject {
  readonly namespace: string;
  readonly name: string;
  readonly resourceVersion: string;
}

/** Objects of a collection, besides single ones. Methods throw as those of ObjectApi do. */
export interface CollectionApi extends ObjectApi {
  /** DELETE. A missing object is not an error. */
  delete(path: string, signal: AbortSignal): Promise<void>;
  /** Reads metadata only, in pages. `query` has selectors. */
  listMetadata(path: string, query: Readonly<Record<string, string>>, signal: AbortSignal): AsyncIterable<ListedObject>;
}

/** Asks for a list without the objects' content. */
const METADATA_LIST = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
/** With 1.5 KiB of metadata per object a page takes 0.75 MiB. */
const PAGE_SIZE = '500';

/** An ApiClient that also writes. Only the controller uses it. */
export class ApiWriter extends ApiClient implements CollectionApi {
  readonly #onDate: (date: string) => void;

  /** `onDate` gets the Date header of each answer. */
  constructor(credentials: Credentials, onDate: (date: string) => void = () => {}) {
    super(credentials);
    this.#onDate = onDate;
  }

  async read(path: string, signal: AbortSignal): Promise<ApiObject | null> {
    try {
      return await this.#object(path, { method: 'GET', signal });
    } catch (error) {
      if (isNotFound(error)) return null;
      throw error;
    }
  }

  create(collection: string, object: ApiObject, signal: AbortSignal): Promise<ApiObject> {
    return this.#object(collection, { method: 'POST', body: JSON.stringify(object), signal });
  }

  replace(path: string, object: ApiObject, signal: AbortSignal): Promise<ApiObject> {
    return this.#object(path, { method: 'PUT', body: JSON.stringify(object), signal });
  }

  async delete(path: string, signal: AbortSignal): Promise<void> {
    try {
      await this.#object(path, { method: 'DELETE', signal });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  async *listMetadata(
    path: string,
    query: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): AsyncGenerator<ListedObject> {
    let next = '';
    do {
      const page = { ...query, limit: PAGE_SIZE, ...(next !== '' && { continue: next }) };
      const list = await this.#object(path, { method: 'GET', query: page, accept: METADATA_LIST, signal });
      yield* asList(list.items).map(listed);
      next = asString(asObject(list.metadata).continue);
    } while (next !== '');
  }

  async #object(path: string, sending: SendOptions): Promise<ApiObject> {
    const { headers, body } = await this.send(path, sending);
    if (typeof headers.date === 'string') this.#onDate(headers.date);
    return asObject(JSON.parse(await readBodyText(body)));
  }
}

function listed(item: unknown): ListedObject {
  const { namespace, name, resourceVersion } = asObject(asObject(item).metadata);
  return { namespace: asString(namespace), name: asString(name), resourceVersion: asString(resourceVersion) };
}

/** True if the API server has rejected the request, so that the same request is rejected again. */
export function isRejection(error: unknown): error is ApiStatusError {
  return error instanceof ApiStatusError && ![401, 408, 429].includes(error.status) && error.status < 500;
}

export function isNotFound(error: unknown): boolean {
  return error instanceof ApiStatusError && error.status === 404;
}

export function isConflict(error: unknown): boolean {
  return error instanceof ApiStatusError && error.status === 409;
}

export function resourceVersionOf(object: ApiObject): string {
  return asString(asObject(object.metadata).resourceVersion);
}
