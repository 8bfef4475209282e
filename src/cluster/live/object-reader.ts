import { ApiClient } from '../../kube/client/api-client.ts';
import { Credentials } from '../../kube/client/credentials.ts';
import type { KubeconfigSelection } from '../../kube/client/kubeconfig.ts';
import { ListItemParser } from '../../kube/client/list-items.ts';
import { asList, asObject, asString } from '../../model/raw.ts';
import type { KubernetesVersion } from '../../model/version.ts';
import { systemClock } from '../../runtime/clock.ts';
import type { Evidence } from '../data-plane/evidence.ts';
import { readEvidence } from './data-plane.ts';
import { parseServerVersion } from './server-version.ts';

/** Reads the objects of a cluster as stored, once and one at a time. */
export interface ObjectReader {
  /** `null` if the API server reports no valid version. Throws ApiStatusError and network errors, as all methods do. */
  version(): Promise<KubernetesVersion | null>;
  /** The objects that show the data plane. */
  evidence(): Promise<Evidence>;
  /**
   * Lists all objects as of one resource version, in one piece. Paging would be cheaper for the server, but if the
   * version expired before the last page the list would restart after objects have been written out.
   */
  list(path: string): AsyncGenerator<unknown>;
  get(path: string): Promise<unknown>;
  /** The names of at most `limit` objects. */
  names(path: string, limit: number): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Metadata only. */
const METADATA = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';

/** Throws KubeconfigError if there are no usable credentials. */
export async function openObjectReader(selection: KubeconfigSelection): Promise<ObjectReader> {
  const credentials = new Credentials(selection, systemClock());
  await credentials.current();
  const client = new ApiClient(credentials);
  return {
    version: async () => parseServerVersion(await client.json('/version')),
    evidence: () => readEvidence(client),
    async *list(path) {
      const items = new ListItemParser();
      for await (const chunk of await client.get(path)) yield* items.push(chunk);
      items.finish();
    },
    get: path => client.json(path),
    names: async (path, limit) => {
      const list = asObject(await client.json(path, { accept: METADATA, query: { limit: String(limit) } }));
      return asList(list['items']).map(item => asString(asObject(asObject(item)['metadata'])['name']));
    },
    close: () => client.close(),
  };
}
