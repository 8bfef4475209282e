import { describeError } from '../../kube/client/errors.ts';
import type { Log } from '../../runtime/log.ts';
import type { OpenCluster } from './audit.ts';
import type { AuditObserver } from './loop.ts';

/** Somebody who looks on for one term: is told what the audit finds, and has no say in it. */
export interface AuditGuest {
  readonly observer: AuditObserver;
  close(): Promise<void>;
}

/** Asks a guest in. Rejects where it cannot come, which ends nothing. */
export type Invitation = (cluster: OpenCluster) => Promise<AuditGuest>;

/** Null where nobody is invited or could come. */
export async function invited(
  invite: Invitation | undefined,
  cluster: OpenCluster,
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
    judged(key, evaluation, by) {
      own.judged(key, evaluation, by);
      aside(() => observer.judged(key, evaluation, by));
    },
    unchanged(key, by) {
      own.unchanged?.(key, by);
      aside(() => observer.unchanged?.(key, by));
    },
    gone(key) {
      own.gone(key);
      aside(() => observer.gone(key));
    },
    passed(pass) {
      own.passed(pass);
      aside(() => observer.passed(pass));
    },
  };
}
