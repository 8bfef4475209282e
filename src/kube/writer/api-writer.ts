import { asObject, asString } from '../../model/raw.ts';
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

/** An ApiClient that also writes. Only the controller uses it. */
export class ApiWriter extends ApiClient implements ObjectApi {
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
      if (error instanceof ApiStatusError && error.status === 404) return null;
      throw error;
    }
  }

  create(collection: string, object: ApiObject, signal: AbortSignal): Promise<ApiObject> {
    return this.#object(collection, { method: 'POST', body: JSON.stringify(object), signal });
  }

  replace(path: string, object: ApiObject, signal: AbortSignal): Promise<ApiObject> {
    return this.#object(path, { method: 'PUT', body: JSON.stringify(object), signal });
  }

  async #object(path: string, sending: SendOptions): Promise<ApiObject> {
    const { headers, body } = await this.send(path, sending);
    if (typeof headers.date === 'string') this.#onDate(headers.date);
    return asObject(JSON.parse(await readBodyText(body)));
  }
}

export function isConflict(error: unknown): boolean {
  return error instanceof ApiStatusError && error.status === 409;
}

export function resourceVersionOf(object: ApiObject): string {
  return asString(asObject(object.metadata).resourceVersion);
}
