import type { AppliedDefault } from '../../defaults/defaults.ts';
import type { ObjectApi } from '../../kube/writer/api-writer.ts';
import type { Service } from '../../model/service.ts';
import type { Clock } from '../../runtime/clock.ts';
import { errorMessageWithCause } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import { KeyedTokenBuckets } from '../../runtime/token-bucket.ts';
import { buildEvent } from './event.ts';
import { postEvent, readRegarding } from './post.ts';

export interface StrippedEventContext {
  readonly store: ObjectApi;
  readonly instance: string;
  readonly log: Log;
  /** Its time is in milliseconds since the epoch. */
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** A default, and how often updates have taken it from the Service. */
export type StrippedDefault = AppliedDefault & { readonly times: number };

/** Any user who may update Services can cause Events, so their number is limited. */
const RATE_LIMIT = { perSecond: 0.2, burst: 10 };

/**
 * Posts the Event `DefaultStripped` about a Service. It is not retried, and not posted above a rate: the log and the metric have
 * the same content.
 */
export function defaultStrippedReporter(
  context: StrippedEventContext,
): (service: Service, stripped: StrippedDefault) => void {
  const bucket = new KeyedTokenBuckets(context.clock, RATE_LIMIT);
  return (service, stripped) => {
    if (bucket.tryTake('events')) void post(service, stripped, context);
  };
}

async function post(
  { namespace, name }: Service,
  { field, value, times }: StrippedDefault,
  { store, instance, log, clock, signal }: StrippedEventContext,
): Promise<void> {
  const note =
    `updates have removed ${field}: ${value}, the configured default, ${times} times: a program probably writes the whole Service. ` +
    'Defaults are set on CREATE only; set the field where that program reads it, or exclude the Service from the default';
  try {
    const regarding = await readRegarding({ namespace, name }, { store, signal });
    if (!regarding) return;
    const signature = `${field} ${times}`;
    const content = { kind: 'found', namespace, name, rule: 'default-stripped', signature, note } as const;
    await postEvent(buildEvent(content, regarding, { at: clock.now(), instance }), { store, log, signal });
  } catch (error) {
    if (!signal.aborted) log('warn', 'Event not posted', { namespace, name, error: errorMessageWithCause(error) });
  }
}
