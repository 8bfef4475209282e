import type { Change } from '../model/change.ts';
import type { EndpointSlice } from '../model/endpoint-slice.ts';
import type { Topology } from '../model/topology.ts';

/** The same topology, with other slices for one Service. */
export function withSlices(
  topology: Topology,
  of: { readonly namespace: string; readonly name: string },
  slices: readonly EndpointSlice[],
): Topology {
  return {
    nodes: () => topology.nodes(),
    node: name => topology.node(name),
    services: () => topology.services(),
    service: (namespace, name) => topology.service(namespace, name),
    slices: (namespace, name) =>
      namespace === of.namespace && name === of.name ? slices : topology.slices(namespace, name),
    workloads: namespace => topology.workloads(namespace),
    namespaceLabels: namespace => topology.namespaceLabels(namespace),
  };
}

/** A change to another selector, after which the slices there are speak of other Pods. Without one they stay and count. */
export function changesSelector({ service, old }: Change): boolean {
  if (old === null || service.selector === null) return false;
  return JSON.stringify(sorted(service.selector)) !== JSON.stringify(sorted(old.selector));
}

function sorted(selector: Readonly<Record<string, string>> | null): readonly (readonly [string, string])[] {
  return Object.entries(selector ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
}
