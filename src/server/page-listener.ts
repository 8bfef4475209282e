import type { FastifyInstance } from 'fastify';
import { buildPageApp, type PageAppOptions } from './page-app.ts';

export interface PageListener {
  readonly port: number;
  close(): Promise<void>;
}

export interface PageAddress {
  readonly host: string;
  /** The first one that is free is taken. */
  readonly ports: readonly number[];
}

/** Serves the page. Rejects with the system's error where none of the ports can be had. */
export async function listenForPage({ host, ports }: PageAddress, options: PageAppOptions): Promise<PageListener> {
  const app = buildPageApp(options);
  try {
    await listen(app, host, ports);
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

async function listen(app: FastifyInstance, host: string, ports: readonly number[]): Promise<void> {
  const [port = 0, ...others] = ports;
  try {
    await app.listen({ host, port });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || others.length === 0) throw error;
    await listen(app, host, others);
  }
}
