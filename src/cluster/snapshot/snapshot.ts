import type { EndpointSlice } from '../../model/endpoint-slice.ts';
import type { Node } from '../../model/node.ts';
import { projectEndpointSlice, projectNode, projectService } from '../../model/projection.ts';
import { asObject, asString, asStringMap, type RawObject } from '../../model/raw.ts';
import type { Service } from '../../model/service.ts';
import type { ClientNodeOptions } from '../../topology/client-nodes.ts';
import { keptOfNode, keptOfService, keysOf, selectedKeys } from './retained-fields.ts';
import type { NamespaceLabels } from './to-manifest.ts';
import { namespaceManifest, nodeManifest, serviceManifest, sliceManifest } from './to-manifest.ts';

/** Objects as the cluster stores them. */
export interface SnapshotSource {
  namespaces(): AsyncIterable<unknown>;
  services(): AsyncIterable<unknown>;
  nodes(): AsyncIterable<unknown>;
  slices(): AsyncIterable<unknown>;
}

/** Changes what is written: names, where they are to be replaced. */
export interface Rewriting {
  namespace(namespace: NamespaceLabels): NamespaceLabels;
  service(service: Service): Service;
  nodes(nodes: readonly Node[]): readonly Node[];
  slice(slice: EndpointSlice): EndpointSlice;
}

const AS_IT_IS: Rewriting = {
  namespace: namespace => namespace,
  service: service => service,
  nodes: nodes => nodes,
  slice: slice => slice,
};

/**
 * What judging a cluster offline needs of it, one object at a time: of each no more than some rule reads. Nodes come after the
 * Services, which say by which labels of theirs they choose, and are the only ones held together.
 */
export async function* snapshotObjects(
  source: SnapshotSource,
  clientNodes: ClientNodeOptions,
  rewriting: Rewriting = AS_IT_IS,
): AsyncGenerator<RawObject> {
  for await (const raw of source.namespaces()) {
    const metadata = asObject(asObject(raw)['metadata']);
    const namespace = { name: asString(metadata['name']), labels: asStringMap(metadata['labels']) };
    yield namespaceManifest(rewriting.namespace(namespace));
  }
  const selected = new Set(keysOf(clientNodes.selector));
  for await (const raw of source.services()) {
    const service = projectService(raw);
    for (const key of selectedKeys(service)) selected.add(key);
    yield serviceManifest(rewriting.service(keptOfService(service)));
  }
  const nodes: Node[] = [];
  for await (const raw of source.nodes()) nodes.push(keptOfNode(projectNode(raw), selected));
  for (const node of rewriting.nodes(nodes)) yield nodeManifest(node);
  for await (const raw of source.slices()) {
    const slice = projectEndpointSlice(raw);
    if (slice.serviceName !== '') yield sliceManifest(rewriting.slice(slice));
  }
}
