import { describeError } from '../../kube/client/errors.ts';
import type { Log } from '../../runtime/log.ts';
import type { ConnectedCluster } from './cluster.ts';
import type { AuditObserver } from './observer.ts';

/** Somebody who looks on for one term: is told what the audit finds, and has no say in it. */
export interface AuditGuest {
  readonly observer: AuditObserver;
  close(): Promise<void>;
}

/** Asks a guest in. Rejects where it cannot come, which ends nothing. */
export type Invitation = (cluster: ConnectedCluster) => Promise<AuditGuest>;

/** Null where nobody is invited or could come. */
export async function invited(
  invite: Invitation | undefined,
  cluster: ConnectedCluster,
  log: Log,
): Promise<AuditGuest | null> {
  try {
    return (await invite?.(cluster)) ?? null;
  } catch (error) {
    log('error', 'no page', { error: describeError(error) });
    return null;
  }
}

/** Tells both. What goes wrong with the guest is logged once and is no matter of the audit's. */
export function withGuest(own: AuditObserver, guest: AuditGuest | null, log: Log): AuditObserver {
  if (guest === null) return own;
  const { observer } = guest;
  let failed = false;
  const aside = (tell: () => void) => {
    try {
      tell();
    } catch (error) {
      if (!failed) log('error', 'the page missed something', { error: describeError(error) });
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
