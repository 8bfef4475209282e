import { type Listener, type ListenOptions, openListener } from '../../runtime/listener.ts';
import { buildUiApp, type PageAppOptions } from './app.ts';

/** Serves the UI. Rejects with the system's error if no port is available. */
export function listenForUi(address: ListenOptions, options: PageAppOptions): Promise<Listener> {
  return openListener(buildUiApp(options), address);
}
