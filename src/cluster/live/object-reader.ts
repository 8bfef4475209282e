import { ApiClient } from '../../kube/client/api-client.ts';
import { Credentials } from '../../kube/client/credentials.ts';
import { ItemSplitter } from '../../kube/client/list-items.ts';
import type { DataPlane } from '../../model/topology.ts';
import type { KubernetesVersion } from '../../model/version.ts';
import { systemClock } from '../../runtime/clock.ts';
import { readDataPlane } from './data-plane.ts';
import { parseServerVersion } from './server-version.ts';

/** The objects of a cluster as it stores them, read once and one at a time. */
export interface RawCluster {
  /** `null` where the API server names none. Throws ApiStatusError and network errors, as all here. */
  version(): Promise<KubernetesVersion | null>;
  dataPlane(): Promise<DataPlane>;
  /**
   * All objects of a list as of one moment. In one piece: pages would be cheaper for the server, and would have to begin anew
   * where their moment is forgotten before the last one, while what was read is written already.
   */
  list(path: string): AsyncGenerator<unknown>;
  get(path: string): Promise<unknown>;
  close(): Promise<void>;
}

/** Throws KubeconfigError where there are no usable credentials. */
export async function openRawCluster(kubeconfigPath: string | undefined): Promise<RawCluster> {
  const credentials = new Credentials({ path: kubeconfigPath }, systemClock());
  await credentials.current();
  const client = new ApiClient(credentials);
  return {
    version: async () => parseServerVersion(await client.json('/version')),
    dataPlane: () => readDataPlane(client),
    async *list(path) {
      const items = new ItemSplitter();
      for await (const chunk of await client.get(path)) yield* items.push(chunk);
      items.finish();
    },
    get: path => client.json(path),
    close: () => client.close(),
  };
}
