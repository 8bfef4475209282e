import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Labels = Readonly<Record<string, string>>;

/** A counter that grows by `perSecond`, or a gauge whose value is 1. */
export interface Exposed {
  readonly metric: string;
  readonly labels: Labels;
  readonly perSecond?: number;
}

/** One scraped Pod: what it exposes, and the labels that relabelling adds to its series. */
export interface Target {
  readonly name: string;
  readonly labels: Labels;
  readonly exposed: readonly Exposed[];
}

/**
 * Serves each target at the path `/NAME` on loopback. Counters have the time of their value, so that a late scrape does not
 * change their rate.
 */
export async function startExporter(targets: readonly Target[]): Promise<{ address: string; stop: () => void }> {
  const origin = Date.now() - 1000;
  const server = createServer((request, response) => {
    const target = targets.find(({ name }) => request.url === `/${name}`);
    response.writeHead(target ? 200 : 404, { 'content-type': 'text/plain; version=0.0.4' });
    response.end(target?.exposed.map(exposed => line(exposed, origin)).join('') ?? '');
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
}

function line({ metric, labels, perSecond }: Exposed, origin: number): string {
  const named = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const now = Date.now();
  const value = perSecond === undefined ? '1' : `${(perSecond * (now - origin)) / 1000} ${now}`;
  return `${metric}{${named.join(',')}} ${value}\n`;
}
