import type { EndpointSlice } from '../src/model/endpoint-slice.ts';
import type { Node } from '../src/model/node.ts';
import type { Topology } from '../src/model/topology.ts';

/** What has changed since the review before. */
export type ChangeKind = (typeof CHANGES)[number];
export const CHANGES = ['nothing', 'a slice of the Service', 'a node'] as const;

interface Named {
  readonly namespace: string;
  readonly name: string;
}

/** A topology of which one slice of one Service, or one node, can be replaced by another of the same content. */
export class ChangingTopology implements Topology {
  readonly #base: Topology;
  readonly #service: Named;
  #slices: readonly EndpointSlice[];
  #nodes: readonly Node[];
  #node: Node | undefined;

  constructor(base: Topology, service: Named) {
    this.#base = base;
    this.#service = service;
    this.#slices = base.slices(service.namespace, service.name);
    this.#nodes = base.nodes();
  }

  change(kind: ChangeKind): void {
    switch (kind) {
      case 'nothing':
        return;
      case 'a slice of the Service':
        this.#slices = this.#slices.map((slice, i) =>
          i === 0 ? { ...slice, endpoints: slice.endpoints.map(endpoint => ({ ...endpoint })) } : slice,
        );
        return;
      case 'a node':
        this.#nodes = this.#nodes.map((node, i) => (i === 0 ? { ...node, labels: { ...node.labels } } : node));
        this.#node = this.#nodes[0];
        return;
      default:
        kind satisfies never;
    }
  }

  nodes() {
    return this.#nodes;
  }

  node(name: string) {
    return name === this.#node?.name ? this.#node : this.#base.node(name);
  }

  services() {
    return this.#base.services();
  }

  service(namespace: string, name: string) {
    return this.#base.service(namespace, name);
  }

  slices(namespace: string, serviceName: string) {
    const own = serviceName === this.#service.name && namespace === this.#service.namespace;
    return own ? this.#slices : this.#base.slices(namespace, serviceName);
  }

  workloads(namespace: string) {
    return this.#base.workloads(namespace);
  }

  namespaceLabels(namespace: string) {
    return this.#base.namespaceLabels(namespace);
  }
}
