import type { AuditedCluster } from '../../controller/audit/cluster.ts';
import { AuditLoop } from '../../controller/audit/loop.ts';
import type { Policy } from '../../engine/policy.ts';
import { systemClock } from '../../runtime/clock.ts';
import { InputError, messageOf } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import type { PageSource } from '../../ui/api.ts';
import type { Assets } from '../../ui/server/assets.ts';
import { listenForPage } from '../../ui/server/listener.ts';
import { PageView } from '../../ui/server/ui-model.ts';
import type { Terminal } from '../command.ts';

export interface Shown {
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
export async function showPage(shown: Shown, terminal: Terminal): Promise<void> {
  const { cluster, source, policy, assets, ports, stopping } = shown;
  const clock = systemClock();
  const view = new PageView({ cluster, policy, source });
  const page = await listenForPage({ host: '127.0.0.1', ports }, { view, assets, clock }).catch(cause => {
    throw new InputError(`cannot serve the page: ${messageOf(cause)}; --port 0 takes any free port`, { cause });
  });
  terminal.out(`zonewise page: http://127.0.0.1:${page.port}/\n`);
  const log: Log = (level, message) => {
    if (level === 'warn' || level === 'error') terminal.err(`zonewise: ${message}\n`);
  };
  const loop = new AuditLoop({ cluster, policy, debounceMillis: () => DEBOUNCE_MS, observer: view, clock, log });
  const end = cluster.topology.onChange(() => view.changed());
  try {
    await loop.run(stopping);
  } finally {
    end();
    await page.close();
  }
}
