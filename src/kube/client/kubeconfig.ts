import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import type { KubeConfig, User } from '@kubernetes/client-node';
import { parseDocument } from 'yaml';
import { didYouMean } from '../../model/did-you-mean.ts';
import { firstNames } from '../../model/first-names.ts';
import { asList, asObject, asString, isObject } from '../../model/raw.ts';
import { errorMessageWithCause, InputError } from '../../runtime/errors.ts';
import { readTextFile } from '../../runtime/text-file.ts';
import { importKubeConfig } from './client-node.ts';
import { KubeconfigError } from './errors.ts';

/** Selects a cluster. Without a path as kubectl does: KUBECONFIG, ~/.kube/config, then the Pod's service account. */
export interface KubeconfigSelection {
  readonly path?: string | undefined;
  readonly context?: string | undefined;
}

export interface LoadedKubeconfig {
  readonly config: KubeConfig;
  /** Files whose change makes the configuration stale: kubeconfigs, CA, token, client certificate and key. */
  readonly files: readonly string[];
}

const IN_CLUSTER_TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** Throws KubeconfigError `kubeconfig-missing`, `kubeconfig-unreadable` or `context-unknown`. */
export async function loadKubeconfig(choice: KubeconfigSelection): Promise<LoadedKubeconfig> {
  const paths = await findFiles(choice.path);
  const KubeConfig = await importKubeConfig();
  const config = new KubeConfig();
  config.clusters = [];
  config.users = [];
  config.contexts = [];
  if (paths === 'in-cluster') config.loadFromCluster();
  else for (const path of paths) merge(config, await readKubeconfigFile(new KubeConfig(), path));
  if (choice.context !== undefined) config.setCurrentContext(choice.context);
  const user = checkContext(config, paths === 'in-cluster' ? 'the Pod' : paths.join(delimiter));
  if (user?.exec) setExecInfo(user);
  return { config, files: [...(paths === 'in-cluster' ? [] : paths), ...credentialFiles(config, user)] };
}

async function findFiles(path: string | undefined): Promise<readonly string[] | 'in-cluster'> {
  if (path !== undefined) {
    if (await exists(path)) return [path];
    throw new KubeconfigError('kubeconfig-missing', `kubeconfig ${path} does not exist`);
  }
  const listed = (process.env.KUBECONFIG ?? '').split(delimiter).filter(entry => entry !== '');
  const candidates = listed.length > 0 ? listed : [join(process.env.HOME ?? homedir(), '.kube', 'config')];
  const found: string[] = [];
  for (const candidate of candidates) if (await exists(candidate)) found.push(candidate);
  if (found.length > 0) return found;
  if (process.env.KUBERNETES_SERVICE_HOST && (await exists(IN_CLUSTER_TOKEN))) return 'in-cluster';
  const tried = candidates.join(', ');
  throw new KubeconfigError('kubeconfig-missing', `no kubeconfig: ${tried} does not exist, and this is not a Pod`);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function readKubeconfigFile(config: KubeConfig, path: string): Promise<KubeConfig> {
  try {
    const text = readTextFile(path);
    const raw: unknown = parseYaml(text);
    if (!isObject(raw)) throw new Error('it is not a kubeconfig; expected a mapping with clusters, users and contexts');
    config.loadFromString(text);
    config.makePathsAbsolute(dirname(path));
    for (const entry of asList(raw.users).map(asObject)) {
      const user = config.getUser(asString(entry.name));
      if (user) applyKubectlUserFields(user, { raw: asObject(entry.user), root: dirname(path) });
    }
    return config;
  } catch (cause) {
    const why = cause instanceof InputError ? cause.problem : errorMessageWithCause(cause);
    throw new KubeconfigError('kubeconfig-unreadable', `kubeconfig ${path}: ${why}`, cause);
  }
}

/** Throws an error with the line, but without the text, which may contain a token. */
function parseYaml(text: string): unknown {
  const document = parseDocument(text, { prettyErrors: false });
  const [error] = document.errors;
  if (!error) return document.toJS();
  const line = text.slice(0, error.pos[0]).split('\n').length;
  throw new Error(`not YAML at line ${line}: ${error.message}`);
}

/**
 * Applies what client-node 2.0.1 ignores and kubectl honours: `tokenFile`, which wins over `token`, and plugin commands
 * relative to the kubeconfig (client-go tools/clientcmd/client_config.go, plugin/pkg/client/auth/exec, v0.37.1).
 */
function applyKubectlUserFields(user: User, from: { raw: Readonly<Record<string, unknown>>; root: string }): void {
  const writable: { -readonly [K in keyof User]: User[K] } = user;
  const tokenFile = asString(from.raw.tokenFile);
  if (tokenFile !== '') {
    writable.authProvider = { name: 'tokenFile', config: { tokenFile: resolve(from.root, tokenFile) } };
    delete writable.token;
  }
  const command = asString(asObject(user.exec).command);
  const relative = /[\\/]/.test(command) && !isAbsolute(command);
  if (relative) writable.exec = { ...user.exec, command: resolve(from.root, command) };
}

/** Merges as kubectl does: the first file that defines a name wins, and a duplicate is not an error. */
function merge(into: KubeConfig, from: KubeConfig): void {
  const fresh = <T extends { name: string }>(known: readonly T[], added: readonly T[]) =>
    added.filter(item => !known.some(other => other.name === item.name));
  into.clusters = [...into.clusters, ...fresh(into.clusters, from.clusters)];
  into.users = [...into.users, ...fresh(into.users, from.users)];
  into.contexts = [...into.contexts, ...fresh(into.contexts, from.contexts)];
  into.currentContext ||= from.currentContext;
}

const MAX_CONTEXTS_SHOWN = 20;

function checkContext(config: KubeConfig, where: string): User | null {
  const fail = (problem: string, hint = '') => new KubeconfigError('context-unknown', `${problem} (${where})${hint}`);
  const name = config.getCurrentContext();
  if (!name) throw fail('the kubeconfig has no current-context');
  const context = config.getContextObject(name);
  if (!context) {
    const known = config.contexts.map(other => other.name);
    const list = firstNames(known, MAX_CONTEXTS_SHOWN) || 'none';
    throw fail(`the kubeconfig has no context "${name}"; it has: ${list}`, didYouMean(name, known));
  }
  const cluster = config.getCurrentCluster();
  if (!cluster) throw fail(`context "${name}" names cluster "${context.cluster}", which is missing`);
  if (!/^https?:$/.test(URL.parse(cluster.server)?.protocol ?? '')) {
    const given = `server ${JSON.stringify(cluster.server)} of cluster "${cluster.name}"`;
    throw fail(`${given} is not a URL`, '; expected one such as https://10.0.0.1:6443');
  }
  const user = config.getCurrentUser();
  if (context.user && !user) throw fail(`context "${name}" names user "${context.user}", which is missing`);
  return user;
}

/** Sets the variable that tells plugins the protocol; client-node 2.0.1 does not set it. */
function setExecInfo(user: User): void {
  const spec = { apiVersion: user.exec.apiVersion, kind: 'ExecCredential', spec: { interactive: false } };
  const execInfo = { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(spec) };
  user.exec.env = [execInfo, ...asList(user.exec.env)];
}

function credentialFiles(config: KubeConfig, user: User | null): readonly string[] {
  const tokenFile: unknown = asObject(asObject(user?.authProvider).config).tokenFile;
  const files: readonly unknown[] = [config.getCurrentCluster()?.caFile, user?.certFile, user?.keyFile, tokenFile];
  return files.map(asString).filter(file => file !== '');
}
