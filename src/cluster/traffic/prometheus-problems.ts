import { type ConnectionFaultKind, connectionFault } from '../../runtime/connection-fault.ts';
import { errorMessageWithCause } from '../../runtime/errors.ts';

const MAX_FOREIGN_LENGTH = 300;

/** Words of the server as a part of a message: one line, cut, and without the credentials that a server may repeat. */
export function foreignText(text: string, secrets: readonly string[]): string {
  // Before the cut, which could leave a part of a secret.
  const safe = secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
  const line = safe.slice(0, MAX_FOREIGN_LENGTH).replace(/\s+/g, ' ').trim();
  return safe.length > MAX_FOREIGN_LENGTH ? `${line}...` : line;
}

const CONNECTION_PROBLEMS: Readonly<Record<ConnectionFaultKind, string>> = {
  refused: 'connection refused; expected a server on this port',
  'unknown-name': 'its name is not known; check the name, DNS and VPN',
  'no-answer': 'no route, or no answer; check VPN and firewall',
  'certificate-time': 'its certificate is not valid now; renew it, or check the clock',
  'certificate-name': 'its certificate is for another name; check the host of the URL',
  'certificate-authority': 'its certificate is not of a trusted CA; expected that of a known CA, or a file with its CA',
  tls: 'TLS failed; expected a server with TLS, or http:// in the URL',
  cut: 'the connection was cut; check proxy and firewall',
};

/** Why no answer arrived. */
export function connectionProblem(error: unknown): string {
  const fault = connectionFault(error);
  return fault === null ? errorMessageWithCause(error) : `${CONNECTION_PROBLEMS[fault.kind]} (${fault.code})`;
}

/** An error in Prometheus' own form: a bad query (400), one that cannot be evaluated (422), or a timeout (503). */
export function errorAnswerProblem(
  where: string,
  status: number,
  { type, message }: { readonly type: string; readonly message: string },
): string {
  if (status === 401 || status === 403) return statusProblem(where, status, '');
  switch (type) {
    case 'bad_data':
    case 'execution':
      return `${where} rejects the query (${status}): ${message}`;
    case 'timeout':
    case 'canceled':
      return `${where} has stopped the query, as it took too long (${status}): ${message}; expected a shorter window, or a longer timeout`;
    default:
      return `${where} answers with an error (${status}): ${message}`;
  }
}

/** An answer that is neither a result nor an error in Prometheus' own form. Its body may contain anything and is not told. */
export function statusProblem(where: string, status: number, location: string): string {
  if (status === 401)
    return `${where} does not accept these credentials (401); expected a token file, or a user in the URL`;
  if (status === 403) return `${where} forbids the query (403); expected credentials that may read /api/v1/query`;
  if (status === 404 || status === 405) {
    return `${where} has no /api/v1/query (${status}); expected the URL of its API, with the path before /api/v1`;
  }
  if (status >= 300 && status < 400) {
    const target = URL.canParse(location) ? ` to ${new URL(location).origin}` : '';
    return `${where} redirects${target} (${status}), which zonewise does not follow; expected the URL of its API`;
  }
  const busy = status === 429 || status >= 500 ? '; try again later' : '';
  return `${where} answers with HTTP status ${status}${busy}`;
}
