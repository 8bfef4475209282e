import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ControlPlane } from '../control-plane.ts';
import { freePorts } from '../ports.ts';
import { type ServiceProcess, serviceProcess } from '../service-process.ts';
import { accountKubeconfig, containerArgs, mount, NAMESPACE } from './release.ts';

const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));

export interface DeployedProcess extends ServiceProcess {
  /** Port of the webhook; unused for the controller. */
  readonly port: number;
  readonly opsPort: number;
  readonly log: string;
}

export interface Deployed {
  /** Name of the Deployment and of its ServiceAccount. */
  readonly name: string;
  /** URL of the API server. */
  readonly url: string;
  /** Name of the mounted Secret, if any. */
  readonly secret?: string;
}

/**
 * Runs the process of the chart's Deployment locally. It has the container's arguments with paths and ports of this
 * machine, the ConfigMap and Secret of the cluster, and a token of its ServiceAccount only.
 */
export async function deployedProcess(plane: ControlPlane, { name, url, secret }: Deployed): Promise<DeployedProcess> {
  const [port = 0, opsPort = 0] = await freePorts(2);
  const places: Readonly<Record<string, string>> = {
    '/etc/zonewise/config': await mount(plane, 'configmaps', 'zonewise'),
    ...(secret === undefined ? {} : { '/etc/zonewise/tls': await mount(plane, 'secrets', secret) }),
    '--port=8443': `--port=${port}`,
    '--ops-port=8080': `--ops-port=${opsPort}`,
  };
  const args = (await containerArgs(plane, name)).map(arg =>
    Object.entries(places).reduce((text, [there, here]) => text.replace(there, here), arg),
  );
  const log = join(plane.folder, `${name}.log`);
  const started = serviceProcess({
    name,
    command: process.execPath,
    args: [MAIN, ...args, `--kubeconfig=${await accountKubeconfig(plane, name, url)}`],
    env: { POD_NAMESPACE: NAMESPACE, POD_NAME: `${name}-local` },
    log,
    isReady: async () => (await fetch(`http://127.0.0.1:${opsPort}/readyz`)).ok,
  });
  return { ...started, port, opsPort, log };
}
