import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Backend, type Balancer, startBalancer } from './balancer.ts';
import type { Authority, KeyPair } from './certificates.ts';
import type { ControlPlane } from './control-plane.ts';
import { createReader } from './identity.ts';
import { freePorts } from './ports.ts';
import { type ServiceProcess, serviceProcess } from './service-process.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const HOST = '127.0.0.1';
const CONFIGURATIONS = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';

export interface Replica extends Backend {
  readonly process: ServiceProcess;
  /** One metric; NaN if it does not exist. */
  readonly metric: (name: string) => Promise<number>;
}

export interface Replicas {
  readonly each: readonly Replica[];
  readonly balancer: Balancer;
  /** Writes a new key pair or configuration for all replicas, like an update of a mounted Secret or ConfigMap. */
  readonly putPair: (pair: KeyPair) => Promise<void>;
  readonly putConfig: (config: string) => Promise<void>;
  readonly trust: (authorities: readonly Authority[]) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Two `zonewise serve` behind one address, registered for Services with failurePolicy Fail. */
export async function startReplicas(plane: ControlPlane, config: string): Promise<Replicas> {
  const kubeconfig = await plane.writeKubeconfig('zonewise', await createReader(plane.api));
  const folder = join(plane.folder, 'serving');
  await mkdir(folder);
  const putPair = async ({ cert, key }: KeyPair): Promise<void> => {
    await writeFile(join(folder, 'tls.crt'), cert);
    await writeFile(join(folder, 'tls.key'), key, { mode: 0o600 });
  };
  const putConfig = (text: string): Promise<void> => writeFile(join(folder, 'config.yaml'), text);
  await putPair(plane.authority.issue('zonewise', [HOST]));
  await putConfig(config);
  const [first = 0, second = 0, firstOps = 0, secondOps = 0] = await freePorts(4);
  const site = { folder, kubeconfig, log: plane.folder };
  const each = [replica('one', [first, firstOps], site), replica('two', [second, secondOps], site)];
  await Promise.all(each.map(({ process }) => process.start()));
  const balancer = await startBalancer(each);
  await register(plane, balancer.port);
  const stop = async (): Promise<void> => {
    await balancer.stop();
    await Promise.all(each.map(({ process }) => process.stop()));
  };
  const trust = async (authorities: readonly Authority[]): Promise<void> => {
    const caBundle = bundleOf(authorities);
    await plane.api.patch(`${CONFIGURATIONS}/zonewise`, { webhooks: [hook(balancer.port, caBundle)] });
  };
  return { each, balancer, putPair, putConfig, trust, stop };
}

interface Site {
  readonly folder: string;
  readonly kubeconfig: string;
  readonly log: string;
}

function replica(name: string, ports: readonly [number, number], { folder, kubeconfig, log }: Site): Replica {
  const [port, opsPort] = ports;
  const file = (text: string): string => join(folder, text);
  const args = [MAIN, 'serve', '--kubeconfig', kubeconfig, '--port', String(port), '--ops-port', String(opsPort)];
  args.push('--tls-cert', file('tls.crt'), '--tls-key', file('tls.key'), '--config', file('config.yaml'));
  const ops = (path: string): Promise<Response> => fetch(`http://${HOST}:${opsPort}${path}`);
  const process = serviceProcess({
    name: `zonewise serve (${name})`,
    command: globalThis.process.execPath,
    args,
    log: join(log, `zonewise-${name}.log`),
    isReady: async () => (await ops('/readyz')).ok,
  });
  const metric = async (wanted: string): Promise<number> =>
    Number(new RegExp(`^${wanted} (\\S+)$`, 'm').exec(await (await ops('/metrics')).text())?.[1]);
  return { name, port, opsPort, process, metric };
}

async function register(plane: ControlPlane, port: number): Promise<void> {
  await plane.api.post(CONFIGURATIONS, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'zonewise' },
    webhooks: [hook(port, bundleOf([plane.authority]))],
  });
}

function hook(port: number, caBundle: string): object {
  return {
    name: 'validate.zonewise.dev',
    clientConfig: { url: `https://${HOST}:${port}/validate`, caBundle },
    rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['services'], operations: ['CREATE', 'UPDATE'] }],
    failurePolicy: 'Fail',
    matchPolicy: 'Equivalent',
    sideEffects: 'None',
    timeoutSeconds: 2,
    admissionReviewVersions: ['v1'],
  };
}

function bundleOf(authorities: readonly Authority[]): string {
  return Buffer.from(authorities.map(({ cert }) => cert).join('')).toString('base64');
}
