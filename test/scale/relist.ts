import { eventually } from '../e2e/waiting.ts';
import type { DelayWindow } from './delays.ts';
import type { ScaleCluster } from './scale-cluster.ts';
import { RESOURCES, type Serving } from './serving.ts';

/** Resolves when everything has been listed again, with the time windows of the lists. */
export async function relistAll({ plane }: ScaleCluster, serving: Serving): Promise<readonly DelayWindow[]> {
  // The versions of its watches are older than the history of a new API server.
  await plane.api.post('/api/v1/namespaces/default/configmaps', { metadata: { generateName: 'newer-' } });
  const since = Date.now();
  await plane.apiServer.stop();
  await plane.apiServer.start();
  return eventually('four relists', async () => relistsSince(serving, since), {
    enough: windows => windows.length === RESOURCES.length,
    timeoutMs: 120_000,
  });
}

/** From the end of the delay after an expired version until the new list is in use. */
function relistsSince({ log }: Serving, since: number): readonly DelayWindow[] {
  const lines = log.filter(({ time = '' }) => Date.parse(time) >= since);
  return RESOURCES.flatMap(resource => {
    const of = (message: string) => lines.find(line => line.msg === message && line.resource === resource);
    const expired = of('resource version expired, listing again');
    const listed = of('listed');
    if (!expired || !listed) return [];
    const from = Date.parse(expired.time ?? '') + Number(expired.waitMs);
    return [{ from, to: Date.parse(listed.time ?? '') }];
  });
}
