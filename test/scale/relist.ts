import { eventually } from '../e2e/waiting.ts';
import type { DelayWindow } from './delays.ts';
import type { ScaleCluster } from './scale-cluster.ts';
import type { Serving } from './serving.ts';

/** Resolves when everything has been listed anew for the `count`th time, with the time that took. */
export async function relistAll({ plane }: ScaleCluster, serving: Serving, count: number): Promise<DelayWindow> {
  // The versions at which its watches stand are older than what a new API server remembers.
  await plane.api.post('/api/v1/namespaces/default/configmaps', { metadata: { name: `newer-${count}` } });
  const since = Date.now();
  await plane.apiServer.stop();
  await plane.apiServer.start();
  const from = await serving.logged('resource version expired, listing again', since);
  await eventually('four relists', () => serving.metric('topology_relists_total'), {
    enough: relists => Object.values(relists).every(relisted => relisted >= count),
    timeoutMs: 120_000,
  });
  return { from, to: Date.now() };
}
