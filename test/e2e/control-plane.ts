import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApiClient, createApiClient } from './api-client.ts';
import type { Assets } from './assets.ts';
import { type Authority, createAuthority } from './certificates.ts';
import { createKubectl, type Kubectl } from './kubectl.ts';
import { freePorts } from './ports.ts';
import { type ServiceProcess, serviceProcess } from './service-process.ts';

/** Kubeconfig of the cluster administrator. */
export const ADMIN_TOKEN = 'admin-of-a-throw-away-cluster';

export interface ControlPlane {
  /** Temporary folder with all logs and certificates of the run; `stop()` deletes it. */
  readonly folder: string;
  readonly url: string;
  readonly authority: Authority;
  /** Client with the rights of the cluster administrator. */
  readonly api: ApiClient;
  readonly kubectl: Kubectl;
  readonly apiServer: ServiceProcess;
  /** Writes a kubeconfig for a bearer token and returns its path. */
  readonly writeKubeconfig: (name: string, token: string) => Promise<string>;
  readonly tails: () => Promise<string>;
  /** Ends all processes. `keepFolder` keeps the logs for inspection. */
  readonly stop: (keepFolder?: boolean) => Promise<void>;
}

export interface ControlPlaneOptions {
  /** Controllers of kube-controller-manager; by default those that Services need. */
  readonly controllers?: readonly string[];
  /** Further flags of kube-apiserver. */
  readonly apiServerArgs?: readonly string[];
  /** Further flags of kube-controller-manager. */
  readonly controllerManagerArgs?: readonly string[];
}

export const CONTROLLERS = ['endpointslice-controller', 'namespace-controller', 'serviceaccount-controller'];

/** Also deletes objects whose owner was deleted. */
export const WITH_GARBAGE_COLLECTOR = [...CONTROLLERS, 'garbage-collector-controller'];

/**
 * Starts etcd, kube-apiserver (RBAC, token file, service accounts) and kube-controller-manager on free loopback ports.
 * Rejects with the log of the process that failed to start.
 */
export async function startControlPlane(
  assets: Assets,
  { controllers: chosen = CONTROLLERS, apiServerArgs = [], controllerManagerArgs = [] }: ControlPlaneOptions = {},
): Promise<ControlPlane> {
  const folder = await mkdtemp(join(tmpdir(), 'zonewise-e2e-'));
  const [etcdClient = 0, etcdPeer = 0, securePort = 0] = await freePorts(3);
  const url = `https://127.0.0.1:${securePort}`;
  const authority = createAuthority('zonewise e2e');
  await writeSecrets(folder, authority);
  const api = createApiClient(url, authority.cert, ADMIN_TOKEN);
  const writeKubeconfig = kubeconfigWriter(folder, url);
  const kubeconfig = await writeKubeconfig('admin', ADMIN_TOKEN);

  const etcd = etcdProcess(assets, folder, [etcdClient, etcdPeer]);
  const apiServer = apiServerProcess({ assets, folder, api }, [etcdClient, securePort], apiServerArgs);
  const controllerArgs = [`--controllers=${chosen.join(',')}`, ...controllerManagerArgs];
  const controllers = controllerProcess({ assets, folder, api }, kubeconfig, controllerArgs);
  const all = [controllers, apiServer, etcd];
  const stop = async (keepFolder = false): Promise<void> => {
    for (const process of all) await process.stop();
    if (!keepFolder) await rm(folder, { recursive: true, force: true });
  };
  try {
    for (const process of all.toReversed()) await process.start();
  } catch (error) {
    await stop();
    throw error;
  }
  const tails = async (): Promise<string> => (await Promise.all(all.map(process => process.tail()))).join('\n---\n');
  const kubectl = createKubectl(assets.path('kubectl'), kubeconfig, folder);
  return { folder, url, authority, api, kubectl, apiServer, writeKubeconfig, tails, stop };
}

interface Site {
  readonly assets: Assets;
  readonly folder: string;
  readonly api: ApiClient;
}

async function writeSecrets(folder: string, authority: Authority): Promise<void> {
  const server = authority.issue('kube-apiserver', ['127.0.0.1', '10.96.0.1', 'localhost']);
  const accounts = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  await writeFile(join(folder, 'ca.crt'), authority.cert);
  await writeFile(join(folder, 'api.crt'), server.cert);
  await writeFile(join(folder, 'api.key'), server.key, { mode: 0o600 });
  await writeFile(join(folder, 'sa.key'), accounts.export({ type: 'pkcs1', format: 'pem' }), { mode: 0o600 });
  await writeFile(join(folder, 'tokens.csv'), `${ADMIN_TOKEN},admin,admin,system:masters\n`, { mode: 0o600 });
}

function kubeconfigWriter(folder: string, url: string): ControlPlane['writeKubeconfig'] {
  return async (name, token) => {
    const path = join(folder, `${name}.kubeconfig`);
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'e2e', cluster: { server: url, 'certificate-authority': join(folder, 'ca.crt') } }],
      users: [{ name, user: { token } }],
      contexts: [{ name: 'e2e', context: { cluster: 'e2e', user: name } }],
      'current-context': 'e2e',
    };
    await writeFile(path, JSON.stringify(config, null, 2), { mode: 0o600 });
    return path;
  };
}

function etcdProcess(assets: Assets, folder: string, [client = 0, peer = 0]: readonly number[]): ServiceProcess {
  const clientUrl = `http://127.0.0.1:${client}`;
  const peerUrl = `http://127.0.0.1:${peer}`;
  const args = [`--data-dir=${join(folder, 'etcd')}`, '--unsafe-no-fsync', '--log-level=warn'];
  args.push(`--listen-client-urls=${clientUrl}`, `--advertise-client-urls=${clientUrl}`);
  args.push(`--listen-peer-urls=${peerUrl}`, `--initial-advertise-peer-urls=${peerUrl}`);
  args.push(`--initial-cluster=default=${peerUrl}`);
  const isReady = async (): Promise<boolean> => (await fetch(`${clientUrl}/health`)).ok;
  return serviceProcess({ name: 'etcd', command: assets.path('etcd'), args, log: join(folder, 'etcd.log'), isReady });
}

function apiServerProcess(
  { assets, folder, api }: Site,
  [etcdPort, port]: readonly [number, number],
  more: readonly string[],
): ServiceProcess {
  const file = (name: string): string => join(folder, name);
  const args = [`--etcd-servers=http://127.0.0.1:${etcdPort}`, `--secure-port=${port}`, '--bind-address=127.0.0.1'];
  args.push(`--tls-cert-file=${file('api.crt')}`, `--tls-private-key-file=${file('api.key')}`);
  args.push(`--service-account-key-file=${file('sa.key')}`, `--service-account-signing-key-file=${file('sa.key')}`);
  args.push('--service-account-issuer=https://kubernetes.default.svc', '--service-cluster-ip-range=10.96.0.0/16');
  args.push(`--token-auth-file=${file('tokens.csv')}`, '--authorization-mode=RBAC');
  // Nothing uses the `kubernetes` Service here, and an Endpoints object may not contain a loopback address.
  args.push('--advertise-address=127.0.0.1', '--endpoint-reconciler-type=none', ...more);
  const isReady = async (): Promise<boolean> => (await api.get('/readyz')) === 'ok';
  const log = file('kube-apiserver.log');
  // Its first start writes all default roles, which takes minutes on a busy machine.
  const readyWithinMs = 300_000;
  return serviceProcess({
    name: 'kube-apiserver',
    command: assets.path('kube-apiserver'),
    args,
    log,
    isReady,
    readyWithinMs,
  });
}

function controllerProcess({ assets, folder, api }: Site, kubeconfig: string, more: readonly string[]): ServiceProcess {
  const args = [`--kubeconfig=${kubeconfig}`, '--leader-elect=false', '--secure-port=0'];
  args.push(`--service-account-private-key-file=${join(folder, 'sa.key')}`, ...more);
  // It serves no port here. It creates a service account in each namespace, which shows that it works.
  const made = '/api/v1/namespaces/default/serviceaccounts/default';
  const isReady = async (): Promise<boolean> => (await api.get(made)) !== null;
  const log = join(folder, 'kube-controller-manager.log');
  return serviceProcess({
    name: 'kube-controller-manager',
    command: assets.path('kube-controller-manager'),
    args,
    log,
    isReady,
  });
}
