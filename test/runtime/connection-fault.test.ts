import { expect, test } from 'vitest';
import { connectionFault } from '../../src/runtime/connection-fault.ts';

function coded(code: string, cause?: unknown): Error {
  return Object.assign(new Error('failed', { cause }), { code });
}

test.each([
  ['ECONNREFUSED', 'refused'],
  ['EAI_AGAIN', 'unknown-name'],
  ['UND_ERR_CONNECT_TIMEOUT', 'no-answer'],
  ['CERT_HAS_EXPIRED', 'certificate-time'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate-name'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificate-authority'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls'],
  ['UND_ERR_SOCKET', 'cut'],
])('%s is the fault %s', (code, kind) => {
  expect(connectionFault(coded(code))).toEqual({ kind, code });
});

test('the innermost code counts, also that of the first of several attempts', () => {
  expect(connectionFault(coded('UND_ERR_SOCKET', coded('ECONNREFUSED')))).toMatchObject({ kind: 'refused' });
  const attempts = Object.assign(new AggregateError([coded('ENETUNREACH'), coded('EPERM')]), { code: 'EPERM' });
  expect(connectionFault(attempts)).toMatchObject({ kind: 'no-answer' });
});

test('is null for other errors', () => {
  expect(connectionFault(coded('ENOENT'))).toBe(null);
  expect(connectionFault('text')).toBe(null);
});
