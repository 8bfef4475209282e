import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { findAssets } from './assets.ts';
import type { CommandResult } from './children.ts';
import { runChild } from './children.ts';
import type { ControlPlane } from './control-plane.ts';

const BIN = join(import.meta.dirname, '../../bin');

/** A person's machine with kubectl, and on its PATH the plugin and its completion. */
export interface PluginSite {
  /** Home of that person, and the folder that commands run in. */
  readonly folder: string;
  readonly kubectl: (...args: readonly string[]) => Promise<CommandResult>;
}

/** Contexts beside the administrator's, by name: a namespace, and another token where it is another user's. */
export type Contexts = Readonly<Record<string, { readonly namespace?: string; readonly token?: string }>>;

/** The first context is the current one. */
export async function pluginSite(plane: ControlPlane, contexts: Contexts): Promise<PluginSite> {
  const found = await findAssets(['kubectl']);
  if (found.kind === 'missing') throw new Error(found.why);
  const folder = join(plane.folder, 'plugin');
  const bin = join(folder, 'bin');
  await mkdir(bin, { recursive: true });
  // As docs/kubectl.md says to install it from a checkout.
  for (const name of ['kubectl-zonewise', 'kubectl_complete-zonewise']) await symlink(join(BIN, name), join(bin, name));
  const env = {
    PATH: [bin, process.env['PATH']].join(delimiter),
    HOME: folder,
    KUBECONFIG: await kubeconfigWith(plane, folder, contexts),
    KUBECTL_KUBERC: 'false',
    LANG: 'C.UTF-8',
  };
  // No flag goes before the plugin's name: kubectl takes none there.
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
