import { createHash } from 'node:crypto';
import type { AgentOptions, RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';
import { Agent, type buildConnector, type Dispatcher, ProxyAgent, Socks5ProxyAgent } from 'undici';
import { asObject, asString } from '../../model/raw.ts';
import { errorMessageWithCause } from '../../runtime/errors.ts';
import { KubeconfigError } from './errors.ts';

type DispatcherOptions = ReturnType<KubeConfig['createDispatcherOptions']>;

/** The address, headers and TLS settings for the API server, valid at this moment. */
export interface Connection {
  readonly origin: string;
  /** Path before `/api`, `''` in most clusters. */
  readonly prefix: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Equal for equal TLS material and proxy, so that one dispatcher serves both connections. */
  readonly fingerprint: string;
  readonly dispatcher: DispatcherOptions;
}

/**
 * Reads CA, client certificate and token files, and runs the exec plugin if its credential has expired. Throws
 * KubeconfigError `exec-plugin-failed`, `credentials-unreadable` or `connection-unsupported`.
 */
export async function resolveConnection(config: KubeConfig): Promise<Connection> {
  const cluster = config.getCurrentCluster();
  if (!cluster) throw new KubeconfigError('context-unknown', 'the kubeconfig has no current cluster');
  const url = new URL(cluster.server);
  if (url.protocol === 'http:' && !cluster.skipTLSVerify) {
    const given = `server ${JSON.stringify(cluster.server)} of cluster "${cluster.name}"`;
    throw new KubeconfigError(
      'connection-unsupported',
      `${given} is not encrypted; expected https://, or insecure-skip-tls-verify: true`,
    );
  }
  const options: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(options);
  } catch (cause) {
    throw toKubeconfigError(config, cause);
  }
  const dispatcher = config.createDispatcherOptions(cluster, options as AgentOptions);
  return {
    origin: url.origin,
    prefix: url.pathname.replace(/(?<!\/)\/+$/, ''),
    headers: headersOf(options),
    fingerprint: createHash('sha256')
      .update(JSON.stringify([url.origin, dispatcher]))
      .digest('hex'),
    dispatcher,
  };
}

function toKubeconfigError(config: KubeConfig, cause: unknown): KubeconfigError {
  const command: unknown = config.getCurrentUser()?.exec?.command;
  const why = errorMessageWithCause(cause).trim();
  const field = fieldOfFile(config, asString(asObject(cause).path));
  if (field !== null) return new KubeconfigError('credentials-unreadable', `${field} of the kubeconfig: ${why}`, cause);
  if (command) return new KubeconfigError('exec-plugin-failed', `credential plugin ${command} failed: ${why}`, cause);
  const isFile = cause instanceof Error && 'code' in cause;
  const code = isFile ? 'credentials-unreadable' : 'connection-unsupported';
  return new KubeconfigError(code, `credentials of context "${config.getCurrentContext()}": ${why}`, cause);
}

/** The field of the kubeconfig that names this file. */
function fieldOfFile(config: KubeConfig, path: string): string | null {
  if (path === '') return null;
  if (path === config.getCurrentCluster()?.caFile) return 'certificate-authority';
  const { certFile, keyFile } = config.getCurrentUser() ?? {};
  if (path === certFile) return 'client-certificate';
  return path === keyFile ? 'client-key' : null;
}

function headersOf(options: RequestOptions): Record<string, string> {
  const headers: Record<string, string> = { 'user-agent': 'zonewise' };
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    // Token files end with a newline, which is not allowed in a header.
    headers[name.toLowerCase()] = String(value).trim();
  }
  if (options.auth) headers.authorization ??= `Basic ${Buffer.from(options.auth).toString('base64')}`;
  return headers;
}

const DISPATCHER_OPTIONS = {
  /** One connection per watch: four long requests need no multiplexing, and a stuck one does not block the others. */
  allowH2: false,
  /** Below the 90 s for which the API server keeps idle connections; a Pod lookup has no time for a new handshake. */
  keepAliveTimeout: 30_000,
  keepAliveMaxTimeout: 60_000,
};

/** Opens the dispatcher for a connection; the caller closes it. */
export function openDispatcher(connection: Connection): Dispatcher {
  const options = connection.dispatcher;
  const connect = { timeout: 10_000, keepAlive: true, keepAliveInitialDelay: 30_000 };
  switch (options.type) {
    case 'none':
      return new Agent({ ...DISPATCHER_OPTIONS, connect });
    case 'agent':
      return new Agent({ ...DISPATCHER_OPTIONS, connect: { ...connect, ...tls(options.connect) } });
    case 'proxy':
      return new ProxyAgent({ ...DISPATCHER_OPTIONS, connect, uri: options.uri, requestTls: tls(options.requestTls) });
    case 'socks':
      return new Socks5ProxyAgent(options.uri, { ...DISPATCHER_OPTIONS, requestTls: tls(options.requestTls) });
    default:
      return options satisfies never;
  }
}

/** Casts Node's TLS options to undici's type, which differs only in optional properties. */
function tls(options: object): Partial<buildConnector.BuildOptions> & { timeout?: number } {
  return options;
}
