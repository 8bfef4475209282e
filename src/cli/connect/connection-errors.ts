import { asNumber, asObject } from '../../model/raw.ts';
import { type ConnectionFaultKind, connectionFault } from '../../runtime/connection-fault.ts';
import { errorMessageWithCause, InputError } from '../../runtime/errors.ts';
import type { KubeContext } from './kube-context.ts';

const REQUIRED_PERMISSIONS =
  'zonewise reads: it needs list and watch on Nodes, Services, EndpointSlices and Namespaces';

/** The step that failed and the advice, by fault. */
const ADVICE: Readonly<Record<ConnectionFaultKind, readonly [what: string, advice: string]>> = {
  refused: ['connection refused', 'is the cluster running, and on this port?'],
  'unknown-name': ['its name is not known', 'check the name, DNS and VPN'],
  'no-answer': ['no route, or no answer', 'check VPN and firewall'],
  'certificate-time': ['its certificate is not valid now', 'renew it, or check the clock'],
  'certificate-name': ['its certificate is for another name', 'check server and tls-server-name in the kubeconfig'],
  'certificate-authority': [
    'its certificate is not of the CA that the kubeconfig names',
    'check certificate-authority',
  ],
  tls: ['TLS failed', 'check that server starts with https:// and a client certificate is accepted'],
  cut: ['the connection was cut', 'check proxy and firewall'],
};

/** The error of a failed first request; `null` if a retry can succeed, as with an overloaded or starting server. */
export function permanentConnectionError(error: unknown, { server, name }: KubeContext): InputError | null {
  const where = `the cluster at ${server} (context ${name})`;
  const status = asNumber(asObject(error)['status']);
  if (status === 401)
    return connectionError(`${where} does not know these credentials (401)`, 'log in again, or give --context', error);
  if (status === 403) return connectionError(`${where} forbids even /version (403)`, REQUIRED_PERMISSIONS, error);
  if (status === 429 || status >= 500) return null;
  if (status > 0 || error instanceof SyntaxError) {
    const answered = status > 0 ? ` (${status})` : '';
    return connectionError(
      `${where} does not answer as an API server does${answered}`,
      'check server in the kubeconfig',
      error,
    );
  }
  const fault = connectionFault(error);
  if (fault === null) return null;
  const [what, advice] = ADVICE[fault.kind];
  return connectionError(`cannot reach ${where}: ${what} (${fault.code})`, advice, error);
}

/** Errors of a running sync by resource. */
export type SyncProblems = ReadonlyMap<string, unknown>;

/** The error for missing permissions or credentials (401, 403), which no retry solves; `null` if there is none. */
export function permanentSyncError(problems: SyncProblems, { server, name }: KubeContext): InputError | null {
  const refused = [...problems].filter(([, error]) => [401, 403].includes(asNumber(asObject(error)['status'])));
  if (refused.length === 0) return null;
  const what = problemsText(new Map(refused));
  return connectionError(
    `the cluster at ${server} (context ${name}) refuses: ${what.join('; ')}`,
    REQUIRED_PERMISSIONS,
    undefined,
  );
}

export function problemsText(problems: SyncProblems): readonly string[] {
  return [...problems].map(([resource, error]) => `${resource}: ${errorMessageWithCause(error)}`);
}

function connectionError(what: string, advice: string, cause: unknown): InputError {
  return new InputError(`${what}; ${advice}`, { cause });
}
