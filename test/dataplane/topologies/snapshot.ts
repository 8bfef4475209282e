import type { EndpointSlice } from '../../../src/model/endpoint-slice.ts';
import type { Node } from '../../../src/model/node.ts';
import { projectEndpointSlice, projectNode, projectService } from '../../../src/model/projection.ts';
import type { RawObject } from '../../../src/model/raw.ts';
import { asList, asObject, asString } from '../../../src/model/raw.ts';
import type { Service } from '../../../src/model/service.ts';
import type { ControlPlane } from '../environment/control-plane.ts';
import { NAMESPACE } from './services.ts';

/** The cluster as kubectl prints it, and the same as read by the model. */
export interface Snapshot {
  readonly text: string;
  readonly nodes: readonly Node[];
  readonly services: readonly Service[];
  readonly slices: readonly EndpointSlice[];
  /**
   * The unparsed Services of the environment's namespace, by name: destinations must not depend on the model under
   * test.
   */
  readonly rawServices: ReadonlyMap<string, RawObject>;
  /** Changes when any object is written. */
  readonly fingerprint: string;
}

export async function takeSnapshot({ kubectl }: ControlPlane): Promise<Snapshot> {
  const text = await kubectl(['get', 'nodes,services,endpointslices', '--all-namespaces', '--output=json']);
  const items = asList(asObject(JSON.parse(text))['items']).map(asObject);
  const ofKind = (kind: string): RawObject[] => items.filter(item => item['kind'] === kind);
  const metadata = (item: RawObject): RawObject => asObject(item['metadata']);
  const own = ofKind('Service').filter(item => metadata(item)['namespace'] === NAMESPACE);
  const written = items.map(
    item => `${asString(metadata(item)['uid'])}@${asString(metadata(item)['resourceVersion'])}`,
  );
  return {
    text,
    nodes: ofKind('Node').map(projectNode),
    services: ofKind('Service').map(projectService),
    slices: ofKind('EndpointSlice').map(projectEndpointSlice),
    rawServices: new Map(own.map(item => [asString(metadata(item)['name']), item])),
    fingerprint: written.sort().join(' '),
  };
}

export function slicesOf(snapshot: Snapshot, service: { namespace: string; name: string }): readonly EndpointSlice[] {
  const { namespace, name } = service;
  return snapshot.slices.filter(slice => slice.namespace === namespace && slice.serviceName === name);
}
