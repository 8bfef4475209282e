import { type Listener, openListener, parseListenAddress } from '../../runtime/listener.ts';
import { buildFindingsApp, type FindingsAppOptions } from './app.ts';

/** Listens on `host:port` or `[ipv6]:port` only. Rejects with an InputError for any other text. */
export async function listenForFindings(listen: string, options: FindingsAppOptions): Promise<Listener> {
  const { host, port } = parseListenAddress(listen, 'audit.listen');
  return openListener(buildFindingsApp(options), { host, ports: [port] });
}
