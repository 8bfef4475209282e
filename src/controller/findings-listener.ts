import { parseListen } from '../loopback.ts';
import { buildFindingsApp, type FindingsAppOptions } from './findings-app.ts';

export interface FindingsListener {
  /** 0 while it does not listen. */
  readonly port: number;
  close(): Promise<void>;
}

/** Listens on `host:port`, or `[ipv6]:port`, and nowhere else. Throws InputError for text that is none of these. */
export async function listenForFindings(listen: string, options: FindingsAppOptions): Promise<FindingsListener> {
  const { host, port } = parseListen(listen, 'audit.listen');
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
