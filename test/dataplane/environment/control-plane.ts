import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Assets } from '../../e2e/assets.ts';
import { createAuthority } from '../../e2e/certificates.ts';
import { namespaceOf } from './network.ts';
import type { LabNode } from './nodes.ts';
import { CLUSTER_CIDR, FABRIC_ADDRESS } from './nodes.ts';
import type { Command, Program } from './programs.ts';
import { runProgram, startProgram, until } from './programs.ts';

const ETCD = 'http://127.0.0.1:2379';
const API = `https://${FABRIC_ADDRESS}:6443`;
const API_READY_MS = 120_000;

/** Location of one run of the environment. */
export interface Site {
  /** Prefix of its network namespaces. */
  readonly prefix: string;
  /** Folder for keys, data and logs; removed with the environment. */
  readonly folder: string;
  readonly assets: Assets;
}

export interface ControlPlane {
  /** Standard output of kubectl. Throws a ProgramError with its standard error. */
  kubectl(args: readonly string[], stdin?: string): Promise<string>;
  startControllers(): void;
  startProxy(node: LabNode): void;
  /** Throws a ProgramError if one of the programs has ended. */
  assertRunning(): void;
}

/** A real etcd and kube-apiserver, ready, in the fabric's namespace. */
export async function startControlPlane(site: Site): Promise<ControlPlane> {
  const { folder, assets } = site;
  const file = (name: string): string => join(folder, name);
  const fabric = namespaceOf(site.prefix, 'fabric');
  await writeCredentials(file);
  const programs: Program[] = [];
  const start = (command: Command): void => void programs.push(startProgram(folder, command));
  const assertRunning = (): void => {
    for (const program of programs) program.assertRunning();
  };
  const kubectl: ControlPlane['kubectl'] = (args, stdin) => {
    const all = ['--kubeconfig', file('kubeconfig'), `--cache-dir=${file('kubectl')}`, ...args];
    return runProgram({ name: 'kubectl', namespace: fabric, path: assets.path('kubectl'), args: all }, stdin);
  };
  start({ name: 'etcd', namespace: fabric, path: assets.path('etcd'), args: etcdFlags(file) });
  start({ name: 'kube-apiserver', namespace: fabric, path: assets.path('kube-apiserver'), args: apiFlags(file) });
  await until('the API server', API_READY_MS, async () => {
    assertRunning();
    return kubectl(['get', '--raw', '/readyz', '--request-timeout=2s']).then(
      () => null,
      error => String(error),
    );
  });
  return {
    kubectl,
    assertRunning,
    startControllers: () => {
      const path = assets.path('kube-controller-manager');
      start({ name: 'kube-controller-manager', namespace: fabric, path, args: controllerFlags(file) });
    },
    startProxy: node => {
      const namespace = namespaceOf(site.prefix, `host-${node.name}`);
      const path = assets.path('kube-proxy');
      start({ name: `kube-proxy-${node.name}`, namespace, path, args: proxyFlags(file, node) });
    },
  };
}

type Files = (name: string) => string;

async function writeCredentials(file: Files): Promise<void> {
  const token = randomBytes(24).toString('hex');
  const authority = createAuthority('lab');
  const server = authority.issue('kube-apiserver', [FABRIC_ADDRESS, '127.0.0.1']);
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const user = { name: 'lab', user: { token } };
  const cluster = { name: 'lab', cluster: { server: API, 'certificate-authority': file('ca.crt') } };
  const context = { name: 'lab', context: { cluster: 'lab', user: 'lab' } };
  const head = { apiVersion: 'v1', kind: 'Config', 'current-context': 'lab' };
  const kubeconfig = { ...head, users: [user], clusters: [cluster], contexts: [context] };
  await Promise.all([
    writeFile(file('ca.crt'), authority.cert),
    writeFile(file('api.crt'), server.cert),
    writeFile(file('api.key'), server.key, { mode: 0o600 }),
    writeFile(file('sa.key'), privateKey.export({ type: 'pkcs1', format: 'pem' }), { mode: 0o600 }),
    writeFile(file('tokens.csv'), `${token},lab,lab,system:masters\n`, { mode: 0o600 }),
    writeFile(file('kubeconfig'), JSON.stringify(kubeconfig), { mode: 0o600 }),
  ]);
}

function etcdFlags(file: Files): string[] {
  const client = ['--listen-client-urls', ETCD, '--advertise-client-urls', ETCD];
  return ['--data-dir', file('etcd'), ...client, '--listen-peer-urls', 'http://127.0.0.1:2380', '--unsafe-no-fsync'];
}

function apiFlags(file: Files): string[] {
  return [
    `--etcd-servers=${ETCD}`,
    '--secure-port=6443',
    `--bind-address=${FABRIC_ADDRESS}`,
    `--advertise-address=${FABRIC_ADDRESS}`,
    `--tls-cert-file=${file('api.crt')}`,
    `--tls-private-key-file=${file('api.key')}`,
    `--service-account-key-file=${file('sa.key')}`,
    `--service-account-signing-key-file=${file('sa.key')}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--token-auth-file=${file('tokens.csv')}`,
    '--authorization-mode=RBAC',
    '--service-cluster-ip-range=10.96.0.0/16',
    // Pods here are objects with a status: no controller creates the account that this plugin requires.
    '--disable-admission-plugins=ServiceAccount',
  ];
}

function controllerFlags(file: Files): string[] {
  return [
    `--kubeconfig=${file('kubeconfig')}`,
    '--controllers=endpointslice-controller',
    '--leader-elect=false',
    '--secure-port=0',
  ];
}

function proxyFlags(file: Files, node: LabNode): string[] {
  return [
    `--kubeconfig=${file('kubeconfig')}`,
    '--proxy-mode=nftables',
    `--hostname-override=${node.name}`,
    `--cluster-cidr=${CLUSTER_CIDR}`,
    // The environment must not change the machine's connection tracking limits.
    '--conntrack-max-per-core=0',
    '--healthz-bind-address=127.0.0.1:10256',
    '--metrics-bind-address=127.0.0.1:10249',
  ];
}
