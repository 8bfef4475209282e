import { spawnChild } from './children.ts';

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export type Kubectl = (args: readonly string[], stdin?: string) => Promise<CommandResult>;

/** Runs the real kubectl with its home and caches in `folder`, so that nobody's own settings take part. */
export function createKubectl(binary: string, kubeconfig: string, folder: string): Kubectl {
  const env = { ...process.env, HOME: folder, KUBECONFIG: kubeconfig, KUBECTL_KUBERC: 'false' };
  return (args, stdin = '') =>
    new Promise((resolve, reject) => {
      const command = ['--cache-dir', `${folder}/kubectl-cache`, '--request-timeout=30s', ...args];
      const child = spawnChild(binary, command, { env, stdio: 'pipe' });
      let stdout = '';
      let stderr = '';
      child.stdout?.setEncoding('utf8').on('data', (text: string) => {
        stdout += text;
      });
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
      });
      // kubectl may end before it has read everything; its exit code tells enough.
      child.stdin?.on('error', () => {});
      child.stdin?.end(stdin);
      child.once('error', reject);
      child.once('close', code => resolve({ code: code ?? -1, stdout, stderr }));
    });
}
