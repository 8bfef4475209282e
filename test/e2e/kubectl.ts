import type { CommandResult } from './children.ts';
import { runChild } from './children.ts';

export type Kubectl = (args: readonly string[], stdin?: string) => Promise<CommandResult>;

/** Runs the real kubectl with home and caches in `folder`, isolated from the user's settings. */
export function createKubectl(binary: string, kubeconfig: string, folder: string): Kubectl {
  const env = { ...process.env, HOME: folder, KUBECONFIG: kubeconfig, KUBECTL_KUBERC: 'false' };
  return (args, stdin = '') =>
    runChild(binary, ['--cache-dir', `${folder}/kubectl-cache`, '--request-timeout=30s', ...args], { env, stdin });
}
