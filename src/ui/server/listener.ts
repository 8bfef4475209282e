import { type Listener, openListener } from '../../runtime/listener.ts';
import { buildPageApp, type PageAppOptions } from './app.ts';

export interface PageAddress {
  readonly host: string;
  /** Candidate ports; the first free one is used. */
  readonly ports: readonly number[];
}

/** Serves the UI. Rejects with the system's error if no port is available. */
export function listenForPage(address: PageAddress, options: PageAppOptions): Promise<Listener> {
  return openListener(buildPageApp(options), address);
}
