import { asNumber, asObject, asString } from '../../model/raw.ts';
import { errorMessageWithCause, InputError } from '../../runtime/errors.ts';
import type { KubeContext } from './kube-context.ts';

const REQUIRED_PERMISSIONS =
  'zonewise reads: it needs list and watch on Nodes, Services, EndpointSlices and Namespaces';

interface ConnectionFault {
  readonly codes: RegExp;
  readonly what: string;
  readonly advice: string;
}

/** Error codes of Node, TLS and undici for failed connections, with advice. */
const CONNECTION_FAULTS: readonly ConnectionFault[] = [
  { codes: /^ECONNREFUSED$/, what: 'connection refused', advice: 'is the cluster running, and on this port?' },
  { codes: /^(ENOTFOUND|EAI_AGAIN)$/, what: 'its name is not known', advice: 'check the name, DNS and VPN' },
  {
    codes: /^(EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/,
    what: 'no route, or no answer',
    advice: 'check VPN and firewall',
  },
  {
    codes: /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/,
    what: 'its certificate is not valid now',
    advice: 'renew it, or check the clock',
  },
  {
    codes: /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    what: 'its certificate is for another name',
    advice: 'check server and tls-server-name in the kubeconfig',
  },
  {
    codes: /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_\w+)$/,
    what: 'its certificate is not of the CA that the kubeconfig names',
    advice: 'check certificate-authority',
  },
  {
    codes: /^(EPROTO|ERR_SSL_\w+)$/,
    what: 'TLS failed',
    advice: 'check that server starts with https:// and a client certificate is accepted',
  },
  { codes: /^(ECONNRESET|UND_ERR_SOCKET)$/, what: 'the connection was cut', advice: 'check proxy and firewall' },
];

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
  const code = codeOf(error);
  const fault = CONNECTION_FAULTS.find(({ codes }) => codes.test(code));
  return fault ? connectionError(`cannot reach ${where}: ${fault.what} (${code})`, fault.advice, error) : null;
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

/** The innermost code: undici and happy eyeballs wrap the error of the socket. */
function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  const [first] = Array.isArray(errors) ? errors : [];
  return codeOf(cause) || codeOf(first) || asString(code);
}
