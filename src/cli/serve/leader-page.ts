import type { Config } from '../../config/config.ts';
import type { ConnectedCluster } from '../../controller/audit/cluster.ts';
import type { SubscriberFactory } from '../../controller/audit/subscriber.ts';
import type { Clock } from '../../runtime/clock.ts';
import { parseListenAddress } from '../../runtime/listener.ts';
import type { Log } from '../../runtime/log.ts';
import type { Assets } from '../../ui/server/assets.ts';
import { listenForUi } from '../../ui/server/listener.ts';
import { UiModel } from '../../ui/server/ui-model.ts';
import { builtPage } from './built-page.ts';

export interface LeaderUiOptions {
  readonly config: () => Config;
  readonly clock: Clock;
  readonly log: Log;
  /** The built page. */
  readonly assets?: () => Assets;
}

/** The controller has no right to read them. */
const findWorkloads = async () => ({
  workloads: [],
  unknownBecause: 'the controller does not read workloads: use zonewise advise --live or zonewise ui --live',
});

/** Serves the audit's cluster and findings on page.listen; `undefined` if that is empty. */
export function leaderUi({ config, clock, log, assets = builtPage }: LeaderUiOptions): SubscriberFactory | undefined {
  const { listen } = config().page;
  if (listen === '') return undefined;
  return async (cluster: ConnectedCluster) => {
    const { host, port } = parseListenAddress(listen, 'page.listen');
    const source = { kind: 'live', name: cluster.address } as const;
    const view = new UiModel({ cluster, policy: () => config().policy, source, findWorkloads });
    const page = await listenForUi({ host, ports: [port] }, { view, assets: assets(), clock });
    const end = cluster.topology.onChange(() => view.notifyChanged());
    log('info', 'page', { listen: `${host}:${page.port}` });
    const close = () => {
      end();
      return page.close();
    };
    return { observer: view, close };
  };
}
