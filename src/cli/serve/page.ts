import type { AuditedCluster } from '../../controller/audit/cluster.ts';
import { AuditLoop } from '../../controller/audit/loop.ts';
import type { Policy } from '../../engine/policy.ts';
import { systemClock } from '../../runtime/clock.ts';
import { errorMessage, InputError } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import type { PageSource } from '../../ui/api.ts';
import type { Assets } from '../../ui/server/assets.ts';
import { listenForUi } from '../../ui/server/listener.ts';
import { UiModel } from '../../ui/server/ui-model.ts';
import type { Terminal } from '../command.ts';

export interface ServeUiOptions {
  readonly cluster: AuditedCluster;
  readonly source: PageSource;
  readonly policy: () => Policy;
  readonly assets: Assets;
  /** Ports on 127.0.0.1; the first free one is used. */
  readonly ports: readonly number[];
  readonly stopping: AbortSignal;
}

const DEBOUNCE_MS = 200;

/** Serves the page of a cluster until `stopping` aborts. Throws InputError if no port is free. */
export async function serveUi(shown: ServeUiOptions, terminal: Terminal): Promise<void> {
  const { cluster, source, policy, assets, ports, stopping } = shown;
  const clock = systemClock();
  const view = new UiModel({ cluster, policy, source });
  const page = await listenForUi({ host: '127.0.0.1', ports }, { view, assets, clock }).catch(cause => {
    throw new InputError(`cannot serve the page: ${errorMessage(cause)}; --port 0 takes any free port`, { cause });
  });
  terminal.out(`zonewise page: http://127.0.0.1:${page.port}/\n`);
  const log: Log = (level, message) => {
    if (level === 'warn' || level === 'error') terminal.err(`zonewise: ${message}\n`);
  };
  const loop = new AuditLoop({ cluster, policy, debounceMs: () => DEBOUNCE_MS, observer: view, clock, log });
  const end = cluster.topology.onChange(() => view.notifyChanged());
  try {
    await loop.run(stopping);
  } finally {
    end();
    await page.close();
  }
}
