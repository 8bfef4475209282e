import type { Resource } from '../../kube/reflector/resource.ts';
import type { StringInterner } from '../../kube/reflector/string-interner.ts';
import type { Endpoint, EndpointSlice } from '../../model/endpoint-slice.ts';
import type { Node } from '../../model/node.ts';
import type { Pod } from '../../model/pod.ts';
import { projectPod } from '../../model/pod-projection.ts';
import {
  projectEndpointSlice,
  projectEndpointSliceWithPods,
  projectNode,
  projectService,
} from '../../model/projection.ts';
import { asObject, asString, asStringMap } from '../../model/raw.ts';
import type { Service } from '../../model/service.ts';

const JSON_ONLY = { list: 'application/json', watch: 'application/json' };
const METADATA_ONLY = {
  list: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json',
  watch: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json',
};
/** kubectl's copy of the whole object. It is the only large annotation, and no rule reads it. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

export const NODES: Resource<Node> = {
  name: 'nodes',
  path: '/api/v1/nodes',
  accept: JSON_ONLY,
  project(raw, strings) {
    const node = projectNode(raw);
    return { ...node, labels: strings.internMap(node.labels), zone: strings.shareOrNull(node.zone) };
  },
};

export const SERVICES: Resource<Service> = {
  name: 'services',
  path: '/api/v1/services',
  accept: JSON_ONLY,
  project(raw, strings) {
    const service = projectService(raw);
    const { [LAST_APPLIED]: _, ...annotations } = service.annotations;
    return {
      ...service,
      namespace: strings.intern(service.namespace),
      labels: strings.internMap(service.labels),
      annotations: strings.internMap(annotations),
      selector: service.selector && strings.internMap(service.selector),
    };
  },
};

export const ENDPOINT_SLICES = endpointSlices(projectEndpointSlice);
/** With the names of the Pods, which take memory. */
export const ENDPOINT_SLICES_WITH_PODS = endpointSlices(projectEndpointSliceWithPods);

function endpointSlices(project: (raw: unknown) => EndpointSlice): Resource<EndpointSlice> {
  return {
    name: 'endpointslices',
    path: '/apis/discovery.k8s.io/v1/endpointslices',
    accept: JSON_ONLY,
    project: (raw, strings) => shareSlice(project(raw), strings),
  };
}

function shareSlice(slice: EndpointSlice, strings: StringInterner): EndpointSlice {
  return {
    ...slice,
    namespace: strings.intern(slice.namespace),
    serviceName: strings.intern(slice.serviceName),
    managedBy: strings.intern(slice.managedBy),
    addressType: strings.intern(slice.addressType),
    endpoints: slice.endpoints.map(endpoint => shareEndpoint(endpoint, strings)),
  };
}

function shareEndpoint(endpoint: Endpoint, strings: StringInterner): Endpoint {
  const { hints } = endpoint;
  return {
    ...endpoint,
    nodeName: strings.shareOrNull(endpoint.nodeName),
    zone: strings.shareOrNull(endpoint.zone),
    hints: hints && strings.internHints(hints),
  };
}

/** Pods that have not finished; of the others none becomes an endpoint. */
export const PODS: Resource<Pod> = {
  name: 'pods',
  path: '/api/v1/pods',
  query: { fieldSelector: 'status.phase!=Succeeded,status.phase!=Failed' },
  accept: JSON_ONLY,
  project(raw, strings) {
    const pod = projectPod(raw);
    return {
      ...pod,
      namespace: strings.intern(pod.namespace),
      labels: strings.shareValue(strings.internMap(pod.labels)),
      nodeName: strings.shareOrNull(pod.nodeName),
      phase: strings.intern(pod.phase),
      controllerKind: strings.intern(pod.controllerKind),
      ports: strings.shareValue(pod.ports),
    };
  },
};

export interface Namespace {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

export const NAMESPACES: Resource<Namespace> = {
  name: 'namespaces',
  path: '/api/v1/namespaces',
  accept: METADATA_ONLY,
  project(raw, strings) {
    const metadata = asObject(asObject(raw).metadata);
    return { name: asString(metadata.name), labels: strings.internMap(asStringMap(metadata.labels)) };
  },
};
