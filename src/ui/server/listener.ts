import { type Listener, openListener } from '../../runtime/listener.ts';
import { buildPageApp, type PageAppOptions } from './app.ts';

export interface PageAddress {
  readonly host: string;
  /** The first one that is free is taken. */
  readonly ports: readonly number[];
}

/** Serves the page. Rejects with the system's error where none of the ports can be had. */
export function listenForPage(address: PageAddress, options: PageAppOptions): Promise<Listener> {
  return openListener(buildPageApp(options), address);
}
