import type { Change } from '../model/change.ts';
import type { EndpointSlice } from '../model/endpoint-slice.ts';
import type { Topology } from '../model/topology.ts';

/** One object that delegates to the current topology. */
export function delegatingTopology(current: () => Topology): Topology {
  return {
    nodes: () => current().nodes(),
    node: name => current().node(name),
    services: () => current().services(),
    service: (namespace, name) => current().service(namespace, name),
    slices: (namespace, name) => current().slices(namespace, name),
    workloads: namespace => current().workloads(namespace),
    namespaceLabels: namespace => current().namespaceLabels(namespace),
  };
}

export function withSlices(
  topology: Topology,
  of: { readonly namespace: string; readonly name: string },
  slices: readonly EndpointSlice[],
): Topology {
  return {
    ...delegatingTopology(() => topology),
    slices: (namespace, name) =>
      namespace === of.namespace && name === of.name ? slices : topology.slices(namespace, name),
  };
}

/** True if the selector changes, so that the existing slices list other Pods. Without a selector they stay valid. */
export function changesSelector({ service, old }: Change): boolean {
  if (old === null || service.selector === null) return false;
  return JSON.stringify(sorted(service.selector)) !== JSON.stringify(sorted(old.selector));
}

function sorted(selector: Readonly<Record<string, string>> | null): readonly (readonly [string, string])[] {
  return Object.entries(selector ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
}
