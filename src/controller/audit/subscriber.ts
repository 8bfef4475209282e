import { errorMessageWithCause } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import type { ConnectedCluster } from './cluster.ts';
import type { AuditObserver } from './observer.ts';

/** Receives the audit's results for one leader term, without influence on them. */
export interface AuditSubscriber {
  readonly observer: AuditObserver;
  close(): Promise<void>;
}

/** Opens the subscriber. A rejection is logged and does not end the audit. */
export type SubscriberFactory = (cluster: ConnectedCluster) => Promise<AuditSubscriber>;

/** Null if there is no factory, or if opening failed. */
export async function openSubscriber(
  createSubscriber: SubscriberFactory | undefined,
  cluster: ConnectedCluster,
  log: Log,
): Promise<AuditSubscriber | null> {
  try {
    return (await createSubscriber?.(cluster)) ?? null;
  } catch (error) {
    log('error', 'the UI could not start', { error: errorMessageWithCause(error) });
    return null;
  }
}

/** Notifies both observers. An error of the subscriber is logged once and does not affect the audit. */
export function notifyBoth(own: AuditObserver, subscriber: AuditSubscriber | null, log: Log): AuditObserver {
  if (subscriber === null) return own;
  const { observer } = subscriber;
  let failed = false;
  const aside = (notify: () => void) => {
    try {
      notify();
    } catch (error) {
      if (!failed) log('error', 'the UI could not process an audit result', { error: errorMessageWithCause(error) });
      failed = true;
    }
  };
  return {
    onEvaluated(key, evaluation, by) {
      own.onEvaluated(key, evaluation, by);
      aside(() => observer.onEvaluated(key, evaluation, by));
    },
    onUnchanged(key, by) {
      own.onUnchanged?.(key, by);
      aside(() => observer.onUnchanged?.(key, by));
    },
    onDeleted(key) {
      own.onDeleted(key);
      aside(() => observer.onDeleted(key));
    },
    onPassCompleted(pass) {
      own.onPassCompleted(pass);
      aside(() => observer.onPassCompleted(pass));
    },
  };
}
