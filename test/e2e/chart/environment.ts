import type { Assets } from '../assets.ts';
import { type Cluster, createCluster } from '../cluster.ts';
import { type ControlPlane, startControlPlane, WITH_GARBAGE_COLLECTOR } from '../control-plane.ts';
import { installDefinition } from '../report-definitions.ts';
import { type DeployedProcess, deployedProcess } from './processes.ts';
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.ts';
import { createHelm, type Helm, NAMESPACE, REPORTED } from './release.ts';

export type Account = 'zonewise' | 'zonewise-controller';

export interface ChartEnvironment {
  readonly plane: ControlPlane;
  readonly cluster: Cluster;
  readonly helm: Helm;
  /** Path of the Helm binary. */
  readonly helmPath: string;
  /** Recording proxies, each between one process and the API server. */
  readonly proxies: Readonly<Record<Account, RecordingProxy>>;
  /** Starts the process of the account's Deployment. */
  readonly start: (account: Account) => Promise<DeployedProcess>;
  /** A process started before. */
  readonly process: (account: Account) => DeployedProcess;
  readonly stop: (keepFolder?: boolean) => Promise<void>;
}

/** A control plane with two zones, and a namespace for zonewise that enforces the restricted Pod standard. */
export async function startChartEnvironment(assets: Assets, helmPath: string): Promise<ChartEnvironment> {
  const plane = await startControlPlane(assets, { controllers: WITH_GARBAGE_COLLECTOR });
  const cluster = createCluster(plane.api);
  await furnish(plane, cluster);
  const proxies = {
    zonewise: await startRecordingProxy(plane),
    'zonewise-controller': await startRecordingProxy(plane),
  };
  const started = new Map<Account, DeployedProcess>();
  return {
    plane,
    cluster,
    helm: createHelm(helmPath, plane),
    helmPath,
    proxies,
    start: async account => {
      const secret = account === 'zonewise' ? { secret: 'zonewise-tls' } : {};
      const deployed = await deployedProcess(plane, { name: account, url: proxies[account].url, ...secret });
      await deployed.start();
      started.set(account, deployed);
      return deployed;
    },
    process: account => {
      const found = started.get(account);
      if (!found) throw new RangeError(`${account} was not started`);
      return found;
    },
    stop: async keepFolder => {
      for (const deployed of started.values()) await deployed.stop();
      for (const proxy of Object.values(proxies)) await proxy.stop();
      await plane.stop(keepFolder);
    },
  };
}

async function furnish(plane: ControlPlane, cluster: Cluster): Promise<void> {
  const labels = {
    'pod-security.kubernetes.io/enforce': 'restricted',
    'pod-security.kubernetes.io/warn': 'restricted',
  };
  await plane.api.post('/api/v1/namespaces', { metadata: { name: NAMESPACE, labels } });
  await installDefinition(plane.api, 'Report');
  for (const name of ['shop', 'eager', REPORTED]) await cluster.addNamespace(name);
  for (const name of ['a1', 'a2', 'b1']) await cluster.addNode({ name, zone: `zone-${name[0]}` });
  await cluster.addPod({ namespace: 'shop', name: 'web-a1', app: 'web', node: 'a1' });
}
