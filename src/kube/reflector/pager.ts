import { keyOf } from '../../model/object-key.ts';
import { asObject, asString } from '../../model/raw.ts';
import type { TimeSlicer } from '../../runtime/time-slice.ts';
import type { ApiClient } from '../client/api-client.ts';
import { ApiStatusError, StreamError } from '../client/errors.ts';
import { ListItemParser } from '../client/list-items.ts';
import type { Resource } from './resource.ts';
import type { Store } from './store.ts';
import type { StringInterner } from './string-interner.ts';

const PAGE_SIZE = 500;

export interface ListResult<T> {
  readonly objects: ReadonlyMap<string, T>;
  readonly resourceVersion: string;
}

export interface ListRequest<T extends object> {
  readonly resource: Resource<T>;
  /** Known objects are reused from here. */
  readonly store: Pick<Store<T>, 'reuseIfEqual'>;
  readonly strings: StringInterner;
  readonly timeSlicer: TimeSlicer;
  readonly signal: AbortSignal;
}

/**
 * Lists all objects of a resource in pages, as of one resource version. If that version expires before the last page,
 * the list is repeated without a limit, as client-go's pager does. Throws ApiStatusError, StreamError, network errors.
 */
export async function listAll<T extends object>(client: ApiClient, request: ListRequest<T>): Promise<ListResult<T>> {
  const objects = new Map<string, T>();
  const query: Record<string, string> = { limit: String(PAGE_SIZE) };
  for (;;) {
    const metadata = await page(client, request, { query, objects }).catch(async (error: unknown) => {
      if (!query.continue || !(error instanceof ApiStatusError && error.expired)) throw error;
      objects.clear();
      return page(client, request, { query: {}, objects });
    });
    const next = asString(metadata.continue);
    if (next === '') return { objects, resourceVersion: requireVersion(metadata) };
    query.continue = next;
  }
}

async function page<T extends object>(
  client: ApiClient,
  request: ListRequest<T>,
  into: { query: Readonly<Record<string, string>>; objects: Map<string, T> },
): Promise<Readonly<Record<string, unknown>>> {
  const { resource, store, strings, timeSlicer, signal } = request;
  const body = await client.get(resource.path, {
    query: { ...resource.query, ...into.query },
    accept: resource.accept.list,
    signal,
  });
  const items = new ListItemParser();
  for await (const chunk of body) {
    for (const raw of items.push(chunk)) {
      const key = keyOf(raw);
      into.objects.set(key, store.reuseIfEqual(key, resource.project(raw, strings)));
      if (timeSlicer.expired) await timeSlicer.yieldToEventLoop();
    }
  }
  return asObject(asObject(items.finish()).metadata);
}

function requireVersion(metadata: Readonly<Record<string, unknown>>): string {
  const version = asString(metadata.resourceVersion);
  if (version === '') throw new StreamError('malformed-list', 'the list has no resourceVersion');
  return version;
}
