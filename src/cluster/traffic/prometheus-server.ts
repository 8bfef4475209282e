import { X509Certificate } from 'node:crypto';
import { InputError } from '../../runtime/errors.ts';

/** How to reach a Prometheus server, or another with its HTTP API, such as Thanos, Mimir or VictoriaMetrics. */
export interface PrometheusServer {
  /** Scheme, host and port. */
  readonly origin: string;
  /** The path before `/api/v1`, without a slash at its end; `''` for none. */
  readonly prefix: string;
  /** The Authorization header; `null` without credentials. */
  readonly authorization: string | null;
  /** PEM certificates that are trusted instead of those of Node; `null` for Node's. */
  readonly ca: string | null;
  /** Texts that must not reach an output. */
  readonly secrets: readonly string[];
}

export interface ServerInput {
  /** May have credentials (`https://user:password@host`) and a path. */
  readonly url: string;
  /** Content of a file with a bearer token. */
  readonly token?: string | undefined;
  /** Content of a file with PEM certificates. */
  readonly ca?: string | undefined;
}

const EXPECTED_URL = 'expected http:// or https://, a host, and the path before /api/v1 if there is one';

/** Checks the input of a user. Throws InputError, which never has a part of the URL or of the token. */
export function prometheusServer({ url: text, token, ca }: ServerInput): PrometheusServer {
  // A text that is not a URL may contain a password as well, so that no message quotes it.
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new InputError(`the URL of Prometheus is not one of a web server; ${EXPECTED_URL}`);
  }
  if (url.search !== '' || url.hash !== '') {
    throw new InputError(`the URL of Prometheus has a query or a fragment; ${EXPECTED_URL}`);
  }
  if (/\/api\/v1(\/|$)/.test(url.pathname)) {
    throw new InputError('the URL of Prometheus contains /api/v1, which zonewise appends; expected the part before it');
  }
  const credentials = credentialsOf(url, token);
  if (credentials !== null && url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new InputError(
      'the URL of Prometheus is not encrypted, and credentials are given; expected https://, or a loopback address',
    );
  }
  if (ca !== undefined && url.protocol === 'http:') {
    throw new InputError('a CA is given, but the URL of Prometheus starts with http://; expected https://');
  }
  return {
    origin: url.origin,
    prefix: url.pathname.replace(/(?<!\/)\/+$/, ''),
    authorization: credentials?.header ?? null,
    ca: ca === undefined ? null : certificates(ca),
    secrets: credentials?.secrets ?? [],
  };
}

/** The URL without credentials. */
export function serverAddress({ origin, prefix }: PrometheusServer): string {
  return `${origin}${prefix}`;
}

interface Authorization {
  readonly header: string;
  readonly secrets: readonly string[];
}

function credentialsOf(url: URL, token: string | undefined): Authorization | null {
  const inUrl = url.username !== '' || url.password !== '';
  if (token === undefined) return inUrl ? basicCredentials(url) : null;
  if (inUrl) throw new InputError('the URL of Prometheus has a user, and a token is given; expected one of the two');
  const trimmed = token.trim();
  // Other characters are not allowed in a header.
  if (!/^[\x21-\x7e]{1,65536}$/.test(trimmed)) {
    throw new InputError('the bearer token of Prometheus is not one word of ASCII characters');
  }
  return { header: `Bearer ${trimmed}`, secrets: [trimmed] };
}

function basicCredentials({ username, password }: URL): Authorization {
  let pair: readonly [user: string, password: string];
  try {
    pair = [decodeURIComponent(username), decodeURIComponent(password)];
  } catch {
    throw new InputError('the user or password in the URL of Prometheus is not percent-encoded; expected %25 for %');
  }
  const encoded = Buffer.from(pair.join(':')).toString('base64');
  // A token may be given as the user. The longest first, as one may contain another.
  const secrets = [encoded, username, password, ...pair].filter(text => text !== '');
  return { header: `Basic ${encoded}`, secrets: secrets.sort((a, b) => b.length - a.length) };
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function certificates(pem: string): string {
  try {
    new X509Certificate(pem);
  } catch (cause) {
    throw new InputError('the CA of Prometheus is not a certificate in PEM form', { cause });
  }
  return pem;
}
