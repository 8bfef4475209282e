import type { AuditedCluster } from '../../controller/audit/cluster.ts';
import { AuditLoop } from '../../controller/audit/loop.ts';
import type { Policy } from '../../engine/policy.ts';
import { systemClock } from '../../runtime/clock.ts';
import { InputError } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import type { PageSource } from '../../ui/api.ts';
import type { Assets } from '../../ui/server/assets.ts';
import { listenForUi } from '../../ui/server/listener.ts';
import { type NamespaceWorkloads, UiModel } from '../../ui/server/ui-model.ts';
import type { Terminal } from '../command.ts';
import { toListenError } from '../flags/ports.ts';

export interface ServeUiOptions {
  readonly cluster: AuditedCluster;
  readonly source: PageSource;
  /** If the topology of the cluster does not have them. */
  readonly findWorkloads?: ((namespace: string) => Promise<NamespaceWorkloads>) | undefined;
  readonly policy: () => Policy;
  readonly assets: Assets;
  /** Ports on localhost; the first free one is used. */
  readonly ports: readonly number[];
  readonly stopping: AbortSignal;
}

const DEBOUNCE_MS = 200;

/** Serves the page of a cluster until `stopping` aborts. Throws InputError if no port is free. */
export async function serveUi(shown: ServeUiOptions, terminal: Terminal): Promise<void> {
  const { cluster, source, findWorkloads, policy, assets, ports, stopping } = shown;
  const clock = systemClock();
  const view = new UiModel({ cluster, policy, source, findWorkloads });
  const page = await listenForUi({ host: 'localhost', ports }, { view, assets, clock }).catch(cause => {
    throw toPageError(cause, ports);
  });
  terminal.out(`zonewise page: http://localhost:${page.port}/\n`);
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

function toPageError(cause: unknown, ports: readonly number[]): InputError {
  const [first = 0, ...others] = ports;
  if (others.length === 0 || (cause as { readonly code?: unknown }).code !== 'EADDRINUSE')
    return toListenError(cause, { port: first });
  const range = `${first} to ${others.at(-1)}`;
  return new InputError(`other processes listen on all ports from ${range}; --port 0 takes any free one`, { cause });
}
