import { InputError } from './errors.ts';

/**
 * Whether a Host header names this machine itself, whatever the port: port-forward may use another. A page in somebody's
 * browser that got a name of its own to point here says that name.
 */
export function isOwnName(host: string | undefined): boolean {
  return host !== undefined && /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i.test(host);
}

/** `host:port`, or `[ipv6]:port`. Throws InputError, naming the setting, for text that is none of these. */
export function parseListen(listen: string, setting: string): { readonly host: string; readonly port: number } {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^\s:[\]]+)):(\d{1,5})$/i.exec(listen);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3] ?? Number.NaN);
  if (host === undefined || !(port <= 65_535)) {
    throw new InputError(`${setting} ${JSON.stringify(listen)} is no address; expected one like 127.0.0.1:8081`);
  }
  return { host, port };
}
