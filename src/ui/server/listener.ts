import { type Listener, openListener } from '../../runtime/listener.ts';
import { buildUiApp, type PageAppOptions } from './app.ts';

export interface UiAddress {
  readonly host: string;
  /** Candidate ports; the first free one is used. */
  readonly ports: readonly number[];
}

/** Serves the UI. Rejects with the system's error if no port is available. */
export function listenForUi(address: UiAddress, options: PageAppOptions): Promise<Listener> {
  return openListener(buildUiApp(options), address);
}
