import type { EndpointSlice } from '../../model/endpoint-slice.ts';
import type { Node } from '../../model/node.ts';
import { projectEndpointSlice, projectNode, projectService } from '../../model/projection.ts';
import { asObject, asString, asStringMap, type RawObject } from '../../model/raw.ts';
import type { Service } from '../../model/service.ts';
import type { ClientNodeOptions } from '../../topology/client-nodes.ts';
import type { EvidenceObject } from '../data-plane/evidence.ts';
import { nodeSelectorOf, retainEvidence } from '../data-plane/retained-evidence.ts';
import { retainNodeFields, retainServiceFields, selectedKeys, selectorKeys } from './retained-fields.ts';
import {
  type NamespaceLabels,
  namespaceManifest,
  nodeManifest,
  serviceManifest,
  sliceManifest,
} from './to-manifest.ts';

/** The objects as stored in the cluster. */
export interface SnapshotSource {
  namespaces(): AsyncIterable<unknown>;
  services(): AsyncIterable<unknown>;
  nodes(): AsyncIterable<unknown>;
  slices(): AsyncIterable<unknown>;
  /** The objects that show the data plane. */
  readonly evidence: readonly EvidenceObject[];
}

/** Transforms the objects before they are written, to anonymize them. */
export interface SnapshotTransform {
  namespace(namespace: NamespaceLabels): NamespaceLabels;
  service(service: Service): Service;
  nodes(nodes: readonly Node[]): readonly Node[];
  slice(slice: EndpointSlice): EndpointSlice;
  nodeSelector(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>>;
}

const IDENTITY_TRANSFORM: SnapshotTransform = {
  namespace: namespace => namespace,
  service: service => service,
  nodes: nodes => nodes,
  slice: slice => slice,
  nodeSelector: labels => labels,
};

/**
 * Yields the parts of a cluster that rules read, one object at a time. Nodes follow Services, whose selectors decide
 * which node labels are kept; only Nodes are held together.
 */
export async function* snapshotObjects(
  source: SnapshotSource,
  clientNodes: ClientNodeOptions,
  rewriting: SnapshotTransform = IDENTITY_TRANSFORM,
): AsyncGenerator<RawObject> {
  for await (const raw of source.namespaces()) {
    const metadata = asObject(asObject(raw)['metadata']);
    const namespace = { name: asString(metadata['name']), labels: asStringMap(metadata['labels']) };
    yield namespaceManifest(rewriting.namespace(namespace));
  }
  const selected = new Set(selectorKeys(clientNodes.selector));
  for (const object of source.evidence) {
    for (const key of Object.keys(nodeSelectorOf(object))) selected.add(key);
    yield retainEvidence(object, labels => rewriting.nodeSelector(labels));
  }
  for await (const raw of source.services()) {
    const service = projectService(raw);
    for (const key of selectedKeys(service)) selected.add(key);
    yield serviceManifest(rewriting.service(retainServiceFields(service)));
  }
  const nodes: Node[] = [];
  for await (const raw of source.nodes()) nodes.push(retainNodeFields(projectNode(raw), selected));
  for (const node of rewriting.nodes(nodes)) yield nodeManifest(node);
  for await (const raw of source.slices()) {
    const slice = projectEndpointSlice(raw);
    if (slice.serviceName !== '') yield sliceManifest(rewriting.slice(slice));
  }
}
