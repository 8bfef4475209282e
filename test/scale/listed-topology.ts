import type { EndpointSlice } from '../../src/model/endpoint-slice.ts';
import type { Node } from '../../src/model/node.ts';
import { projectEndpointSlice, projectNode, projectService } from '../../src/model/projection.ts';
import { asObject, asStringMap } from '../../src/model/raw.ts';
import type { Service } from '../../src/model/service.ts';
import type { Topology } from '../../src/model/topology.ts';
import type { Bulk } from './bulk.ts';
import type { KubeObject } from './objects.ts';

const NO_SLICES: readonly EndpointSlice[] = [];

/** A topology of all current objects, and the Services as returned by the API server. */
export interface Listed {
  readonly topology: Topology;
  readonly services: readonly KubeObject[];
}

/** Lists everything with separate code: whole lists, no watch, no sharing, no cache. */
export async function listAfresh(bulk: Bulk): Promise<Listed> {
  const list = async (path: string) => {
    const { items } = (await bulk.send({ method: 'GET', path })) as { items: readonly KubeObject[] };
    return items;
  };
  const nodes = (await list('/api/v1/nodes')).map(projectNode).sort(byName);
  const slices = (await list('/apis/discovery.k8s.io/v1/endpointslices')).map(projectEndpointSlice).sort(byName);
  const services = await list('/api/v1/services');
  const namespaces = await list('/api/v1/namespaces');
  return { services, topology: topologyOf({ nodes, slices, services: services.map(projectService), namespaces }) };
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

interface Parts {
  readonly nodes: readonly Node[];
  readonly slices: readonly EndpointSlice[];
  readonly services: readonly Service[];
  readonly namespaces: readonly KubeObject[];
}

function topologyOf({ nodes, slices, services, namespaces }: Parts): Topology {
  const nodesByName = new Map(nodes.map(node => [node.name, node]));
  const servicesByName = new Map(services.map(service => [`${service.namespace}/${service.name}`, service]));
  const byService = Map.groupBy(slices, slice => `${slice.namespace}/${slice.serviceName}`);
  const labels = new Map(namespaces.map(({ metadata }) => [metadata.name, asStringMap(asObject(metadata.labels))]));
  return {
    nodes: () => nodes,
    node: name => nodesByName.get(name),
    services: () => services,
    service: (namespace, name) => servicesByName.get(`${namespace}/${name}`),
    slices: (namespace, name) => byService.get(`${namespace}/${name}`) ?? NO_SLICES,
    workloads: () => [],
    namespaceLabels: namespace => labels.get(namespace) ?? {},
  };
}
