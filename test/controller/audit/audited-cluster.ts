import { parseAllDocuments } from 'yaml';
import { ENDPOINT_SLICES, NAMESPACES, type Namespace, NODES, SERVICES } from '../../../src/cluster/live/resources.ts';
import { SliceIndex } from '../../../src/cluster/live/slice-index.ts';
import type { ConnectedCluster } from '../../../src/controller/audit/cluster.ts';
import { Store } from '../../../src/kube/reflector/store.ts';
import { StringInterner } from '../../../src/kube/reflector/string-interner.ts';
import { ASSUMED_KUBE_PROXY } from '../../../src/model/data-plane.ts';
import type { EndpointSlice } from '../../../src/model/endpoint-slice.ts';
import type { Node } from '../../../src/model/node.ts';
import { objectKey } from '../../../src/model/object-key.ts';
import { asObject, asString } from '../../../src/model/raw.ts';
import type { Service } from '../../../src/model/service.ts';
import type { ClusterFacts } from '../../../src/model/topology.ts';
import type { FakeClock } from '../../support/fake-clock.ts';

const STRINGS = new StringInterner();

/** A live cluster without a network: the same stores, changed by manifests. */
export class AuditedCluster implements ConnectedCluster {
  readonly #clock: FakeClock;
  readonly #nodes = new Store<Node>();
  readonly #services = new Store<Service>((_, before, after) => {
    for (const listener of this.#serviceListeners) listener(before, after);
  });
  readonly #namespaces = new Store<Namespace>();
  readonly #index = new SliceIndex();
  readonly #slices = new Store<EndpointSlice>((_, before, after) => this.#index.update(before, after));
  readonly #listeners = new Set<() => void>();
  readonly #serviceListeners = new Set<Parameters<ConnectedCluster['topology']['onServiceChange']>[0]>();
  readonly address = 'https://10.0.0.1:443';
  readonly whenReady = Promise.resolve();
  ageSeconds = 0;
  /** Services whose slices cannot be read, which makes a rule throw. */
  readonly broken = new Set<string>();

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  readonly topology: ConnectedCluster['topology'] = {
    nodes: () => this.#nodes.list(),
    node: name => this.#nodes.get(name),
    services: () => this.#services.list(),
    service: (namespace, name) => this.#services.get(objectKey(namespace, name)),
    slices: (namespace, name) => {
      if (this.broken.has(objectKey(namespace, name))) throw new Error('slices unavailable');
      return this.#index.slices(namespace, name);
    },
    workloads: () => [],
    namespaceLabels: namespace => this.#namespaces.get(namespace)?.labels ?? NO_LABELS,
    onChange: listener => {
      this.#listeners.add(listener);
      return () => this.#listeners.delete(listener);
    },
    onServiceChange: listener => {
      this.#serviceListeners.add(listener);
      return () => this.#serviceListeners.delete(listener);
    },
  };

  facts(): ClusterFacts {
    const topologyAgeSeconds = this.ageSeconds;
    return { version: { minor: 37 }, dataPlanes: ASSUMED_KUBE_PROXY, now: this.#clock.now(), topologyAgeSeconds };
  }

  async stop(): Promise<void> {}

  /** Applies any number of manifests. Changes outside the model notify no listener. */
  apply(manifests: string): void {
    for (const document of parseAllDocuments(manifests)) this.#set(document.toJS());
  }

  remove(kind: 'Node' | 'Service' | 'EndpointSlice', key: string): void {
    const stores = { Node: this.#nodes, Service: this.#services, EndpointSlice: this.#slices };
    if (stores[kind].delete(key)) this.#notify();
  }

  #set(raw: unknown): void {
    const object = asObject(raw);
    const metadata = asObject(object.metadata);
    const name = asString(metadata.name);
    const key = objectKey(asString(metadata.namespace), name);
    const changed = (() => {
      switch (object.kind) {
        case 'Node':
          return this.#nodes.set(name, NODES.project(raw, STRINGS));
        case 'Namespace':
          return this.#namespaces.set(name, NAMESPACES.project(raw, STRINGS));
        case 'Service':
          return this.#services.set(key, SERVICES.project(raw, STRINGS));
        case 'EndpointSlice':
          return this.#slices.set(key, ENDPOINT_SLICES.project(raw, STRINGS));
        default:
          throw new Error(`unsupported kind: ${String(object.kind)}`);
      }
    })();
    if (changed) this.#notify();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}

const NO_LABELS = Object.freeze({});

export function node(name: string, more: { created?: string; labels?: string; ready?: boolean } = {}): string {
  const { created = '2026-01-01T00:00:00Z', labels = '', ready = true } = more;
  return `---
kind: Node
metadata: { name: ${name}, creationTimestamp: "${created}", labels: { topology.kubernetes.io/zone: zone-a, ${labels} } }
status: { allocatable: { cpu: "4" }, conditions: [{ type: Ready, status: "${ready ? 'True' : 'False'}" }] }
`;
}

export function service(name: string, more: { spec?: string; annotations?: string; namespace?: string } = {}): string {
  const { spec = 'internalTrafficPolicy: Local', annotations = '', namespace = 'shop' } = more;
  return `---
kind: Service
metadata: { namespace: ${namespace}, name: ${name}, annotations: { ${annotations} } }
spec: { type: ClusterIP, clusterIP: 10.96.0.9, selector: { app: x }, ports: [{ port: 80, protocol: TCP }], ${spec} }
`;
}

/** The only slice of the Service, with a ready endpoint on each of the nodes. */
export function slice(name: string, nodes: readonly string[], namespace = 'shop'): string {
  const endpoints = nodes.map(
    (on, index) =>
      `{ addresses: [10.1.0.${index + 1}], nodeName: ${on}, zone: zone-a, conditions: { ready: true, serving: true } }`,
  );
  return `---
kind: EndpointSlice
metadata:
  namespace: ${namespace}
  name: ${name}-1
  labels:
    kubernetes.io/service-name: ${name}
    endpointslice.kubernetes.io/managed-by: endpointslice-controller.k8s.io
addressType: IPv4
ports: [{ name: "", port: 80, protocol: TCP }]
endpoints: [${endpoints.join(', ')}]
`;
}
