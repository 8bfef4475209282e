import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Assets } from '../e2e/assets.ts';

/**
 * The same programs at a lower priority: a real control plane has its own machines, and its CPU time here must not
 * count as a stall of the measured process.
 */
export async function niced(assets: Assets, folder: string): Promise<Assets> {
  const scripts = new Map<string, string>();
  const within = await mkdtemp(join(folder, 'niced-'));
  for (const tool of ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl'] as const) {
    const script = join(within, tool);
    await writeFile(script, `#!/bin/sh\nexec nice -n 10 ${JSON.stringify(assets.path(tool))} "$@"\n`);
    await chmod(script, 0o755);
    scripts.set(tool, script);
  }
  return { path: tool => scripts.get(tool) ?? assets.path(tool) };
}
