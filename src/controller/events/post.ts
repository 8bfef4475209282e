import { type ApiObject, isRejection, type ObjectApi, resourceVersionOf } from '../../kube/writer/api-writer.ts';
import { asObject, asString } from '../../model/raw.ts';
import { errorMessageWithCause } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import type { EventContent, Regarding } from './event.ts';

export type PostResult = 'posted' | 'already-posted' | 'refused';

export interface PostContext {
  readonly store: ObjectApi;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/**
 * The object that an Event about this Service refers to; null if the Service does not exist. It is read on demand: storing the uid of every
 * Service only for this would waste memory.
 */
export async function readRegarding(
  { namespace, name }: Pick<EventContent, 'namespace' | 'name'>,
  { store, signal }: Pick<PostContext, 'store' | 'signal'>,
): Promise<Regarding | null> {
  const service = await store.read(`/api/v1/namespaces/${namespace}/services/${name}`, signal);
  const uid = asString(asObject(service?.metadata).uid);
  return service && uid !== '' ? { uid, resourceVersion: resourceVersionOf(service) } : null;
}

/** Throws transient errors: network failures, a busy server, expired credentials. A rejection is logged and final. */
export async function postEvent(event: ApiObject, { store, log, signal }: PostContext): Promise<PostResult> {
  const namespace = asString(asObject(event.metadata).namespace);
  try {
    await store.create(`/apis/events.k8s.io/v1/namespaces/${namespace}/events`, event, signal);
    return 'posted';
  } catch (error) {
    if (!isRejection(error)) throw error;
    if (error.reason === 'AlreadyExists') return 'already-posted';
    // A terminating namespace takes no new objects; any other rejection is an error of zonewise or of the installation.
    log('warn', 'Event rejected', { regarding: asObject(event.regarding), error: errorMessageWithCause(error) });
    return 'refused';
  }
}
