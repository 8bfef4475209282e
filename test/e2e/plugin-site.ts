import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { findAssets } from './assets.ts';
import type { CommandResult } from './children.ts';
import { runChild } from './children.ts';
import type { ControlPlane } from './control-plane.ts';

const BIN = join(import.meta.dirname, '../../bin');

/** A user's machine with kubectl, and the plugin and its completion on the PATH. */
export interface PluginSite {
  /** Home of the user, and working directory of commands. */
  readonly folder: string;
  readonly kubectl: (...args: readonly string[]) => Promise<CommandResult>;
}

/** Further contexts by name: a namespace, and a token if the context has another user. */
export type Contexts = Readonly<Record<string, { readonly namespace?: string; readonly token?: string }>>;

/** The first context is the current one. */
export async function pluginSite(plane: ControlPlane, contexts: Contexts): Promise<PluginSite> {
  const found = await findAssets(['kubectl']);
  if (found.kind === 'missing') throw new Error(found.why);
  const folder = join(plane.folder, 'plugin');
  const bin = join(folder, 'bin');
  await mkdir(bin, { recursive: true });
  // Installed from a checkout as docs/kubectl.md describes.
  for (const name of ['kubectl-zonewise', 'kubectl_complete-zonewise']) await symlink(join(BIN, name), join(bin, name));
  const env = {
    PATH: [bin, process.env['PATH']].join(delimiter),
    HOME: folder,
    KUBECONFIG: await kubeconfigWith(plane, folder, contexts),
    KUBECTL_KUBERC: 'false',
    LANG: 'C.UTF-8',
  };
  // kubectl accepts no flags before the plugin's name.
  return { folder, kubectl: (...args) => runChild(found.assets.path('kubectl'), args, { cwd: folder, env }) };
}

async function kubeconfigWith(plane: ControlPlane, folder: string, contexts: Contexts): Promise<string> {
  const admin = JSON.parse(await readFile(join(plane.folder, 'admin.kubeconfig'), 'utf8'));
  const [first] = Object.keys(contexts);
  const users = Object.entries(contexts).map(([name, { token }]) => ({
    name,
    user: token === undefined ? admin.users[0].user : { token },
  }));
  const named = Object.entries(contexts).map(([name, { namespace }]) => ({
    name,
    context: { cluster: admin.clusters[0].name, user: name, ...(namespace === undefined ? {} : { namespace }) },
  }));
  const path = join(folder, 'kubeconfig');
  await writeFile(path, JSON.stringify({ ...admin, users, contexts: named, 'current-context': first }), {
    mode: 0o600,
  });
  return path;
}
