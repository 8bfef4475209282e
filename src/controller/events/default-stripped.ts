import type { AppliedDefault } from '../../defaults/defaults.ts';
import type { ObjectApi } from '../../kube/writer/api-writer.ts';
import { asObject, asString } from '../../model/raw.ts';
import type { Service } from '../../model/service.ts';
import { errorMessageWithCause } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import { buildEvent } from './event.ts';
import { postEvent } from './post.ts';

export interface StrippedEventContext {
  readonly store: ObjectApi;
  readonly instance: string;
  readonly log: Log;
  /** In milliseconds since the epoch. */
  readonly now: number;
  readonly signal: AbortSignal;
}

/** Posts the Event `DefaultStripped` about the Service. It is not retried: the log and the metric have the same content. */
export async function postDefaultStripped(
  { namespace, name }: Service,
  { field, value, times }: AppliedDefault & { readonly times: number },
  { store, instance, log, now, signal }: StrippedEventContext,
): Promise<void> {
  const note =
    `updates have removed ${field}: ${value}, the configured default, ${times} times: a program probably writes the whole Service. ` +
    'Defaults are set on CREATE only; set the field where that program reads it, or exclude the Service from the default';
  try {
    const service = await store.read(`/api/v1/namespaces/${namespace}/services/${name}`, signal);
    const { uid, resourceVersion } = asObject(service?.metadata);
    if (asString(uid) === '') return;
    const content = {
      kind: 'found',
      namespace,
      name,
      rule: 'default-stripped',
      signature: `${field} ${times}`,
      note,
    } as const;
    const regarding = { uid: asString(uid), resourceVersion: asString(resourceVersion) };
    await postEvent(buildEvent(content, regarding, { at: now, instance }), { store, log, signal });
  } catch (error) {
    if (!signal.aborted) log('warn', 'Event not posted', { namespace, name, error: errorMessageWithCause(error) });
  }
}
