import { InputError } from '../errors.ts';
import { buildFindingsApp, type FindingsAppOptions } from './findings-app.ts';

export interface FindingsListener {
  /** 0 while it does not listen. */
  readonly port: number;
  close(): Promise<void>;
}

/** Listens on `host:port`, or `[ipv6]:port`, and nowhere else. Throws InputError for text that is none of these. */
export async function listenForFindings(listen: string, options: FindingsAppOptions): Promise<FindingsListener> {
  const { host, port } = parseListen(listen);
  const app = buildFindingsApp(options);
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    throw error;
  }
  const address = app.server.address();
  return {
    port: address !== null && typeof address === 'object' ? address.port : 0,
    close: async () => {
      await app.close();
    },
  };
}

export function parseListen(listen: string): { readonly host: string; readonly port: number } {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^\s:[\]]+)):(\d{1,5})$/i.exec(listen);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3] ?? Number.NaN);
  if (host === undefined || !(port <= 65_535)) {
    throw new InputError(`audit.listen ${JSON.stringify(listen)} is no address; expected one like 127.0.0.1:8081`);
  }
  return { host, port };
}
