import type { Bulk } from './bulk.ts';
import { entryObject, type Ledger } from './ledger.ts';
import { type KubeObject, nodeObject, serviceObject } from './objects.ts';
import type { World } from './planned-cluster.ts';

export const NODES = '/api/v1/nodes';

export function servicesOf(namespace: string): string {
  return `/api/v1/namespaces/${namespace}/services`;
}

export function slicesOf(namespace: string): string {
  return `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
}

/** Creates all objects of the world in the API server. */
export async function populate(bulk: Bulk, world: World, ledger: Ledger): Promise<void> {
  const create = (path: string, body: KubeObject) => ({ method: 'POST', path, body }) as const;
  await bulk.all(world.namespaces, name => create('/api/v1/namespaces', { metadata: { name } }));
  const heartbeat = new Date().toISOString();
  await bulk.all(world.places.entries(), ([index, place]) => create(NODES, nodeObject(place, index, heartbeat)));
  await bulk.all(world.members, member => create(servicesOf(member.namespace), serviceObject(member)));
  await bulk.all(ledger.entries, entry => create(slicesOf(entry.member.namespace), entryObject(entry)));
}
