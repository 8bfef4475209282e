export type ConnectionFaultKind =
  | 'refused'
  | 'unknown-name'
  | 'no-answer'
  | 'certificate-time'
  | 'certificate-name'
  | 'certificate-authority'
  | 'tls'
  | 'cut';

/** Why a connection failed, if a retry cannot help. */
export interface ConnectionFault {
  readonly kind: ConnectionFaultKind;
  /** The error code of Node, TLS or undici. */
  readonly code: string;
}

const KINDS: readonly (readonly [ConnectionFaultKind, RegExp])[] = [
  ['refused', /^ECONNREFUSED$/],
  ['unknown-name', /^(ENOTFOUND|EAI_AGAIN)$/],
  ['no-answer', /^(EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/],
  ['certificate-time', /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/],
  ['certificate-name', /^ERR_TLS_CERT_ALTNAME_INVALID$/],
  ['certificate-authority', /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_\w+)$/],
  ['tls', /^(EPROTO|ERR_SSL_\w+)$/],
  ['cut', /^(ECONNRESET|UND_ERR_SOCKET)$/],
];

/** `null` for an error of another kind. */
export function connectionFault(error: unknown): ConnectionFault | null {
  const code = codeOf(error);
  const [kind] = KINDS.find(([, codes]) => codes.test(code)) ?? [];
  return kind === undefined ? null : { kind, code };
}

/** The innermost code: undici and happy eyeballs wrap the error of the socket. */
function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  const [first] = Array.isArray(errors) ? errors : [];
  return codeOf(cause) || codeOf(first) || (typeof code === 'string' ? code : '');
}
