import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ControlPlane } from '../control-plane.ts';
import type { Seen } from '../environment.ts';
import { eventually } from '../waiting.ts';
import { workloadManifest } from './manifests.ts';

type Kubectl = (args: readonly string[], stdin?: string) => Promise<Seen>;

export interface Reviews {
  /** How many requests about workloads, Pods and Nodes of this name zonewise has reviewed so far. */
  readonly reviews: (name: string) => Promise<number>;
  /** `kubectl ARGS` in the namespace shop, and the number of reviews of this object meanwhile. */
  readonly run: (
    name: string,
    args: readonly string[],
    file?: object,
  ) => Promise<{ readonly code: number; readonly stderr: string; readonly reviews: number }>;
}

export function createReviews(plane: ControlPlane, kubectl: Kubectl): Reviews {
  const reviews = reviewCounter(plane, kubectl);
  return {
    reviews,
    run: async (name, args, file) => {
      const before = await reviews(name);
      const { code, stderr } = await kubectl(['-n', 'shop', ...args], file && JSON.stringify(file));
      return { code, stderr, reviews: (await reviews(name)) - before };
    },
  };
}

/** Reviews are logged after the response, so this waits for the log of a later one. */
function reviewCounter({ folder, api }: ControlPlane, kubectl: Kubectl): Reviews['reviews'] {
  let markers = 0;
  const logged = async (name: string): Promise<number> => {
    const lines = (await readFile(join(folder, 'zonewise.log'), 'utf8')).split('\n').slice(0, -1);
    const entries = lines.filter(line => line.startsWith('{')).map(line => JSON.parse(line));
    return entries.filter(entry => entry.path === '/validate-workloads' && entry.name === name).length;
  };
  return async name => {
    const marker = `marker-${++markers}`;
    const workload = workloadManifest({ kind: 'Deployment', name: marker, nodes: [], service: {} });
    await api.post('/apis/apps/v1/namespaces/shop/deployments', workload);
    await kubectl(['delete', 'deployment', '-n', 'shop', marker]);
    await eventually('the log of a later review', () => logged(marker));
    return logged(name);
  };
}
