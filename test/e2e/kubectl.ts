import type { CommandResult } from './children.ts';
import { runChild } from './children.ts';

export type Kubectl = (args: readonly string[], stdin?: string) => Promise<CommandResult>;

/** Runs the real kubectl with its home and caches in `folder`, so that nobody's own settings take part. */
export function createKubectl(binary: string, kubeconfig: string, folder: string): Kubectl {
  const env = { ...process.env, HOME: folder, KUBECONFIG: kubeconfig, KUBECTL_KUBERC: 'false' };
  return (args, stdin = '') =>
    runChild(binary, ['--cache-dir', `${folder}/kubectl-cache`, '--request-timeout=30s', ...args], { env, stdin });
}
