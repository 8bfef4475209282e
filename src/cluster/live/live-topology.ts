import type { ApiClient } from '../../kube/client/api-client.ts';
import { Reflector } from '../../kube/reflector/reflector.ts';
import type { Resource, ResourceName } from '../../kube/reflector/resource.ts';
import { Store } from '../../kube/reflector/store.ts';
import type { EndpointSlice } from '../../model/endpoint-slice.ts';
import type { Node } from '../../model/node.ts';
import { objectKey } from '../../model/object-key.ts';
import type { Pod } from '../../model/pod.ts';
import type { Service } from '../../model/service.ts';
import type { Topology } from '../../model/topology.ts';
import type { Workload } from '../../model/workload.ts';
import type { Clock } from '../../runtime/clock.ts';
import { errorMessageWithCause } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import { TimeSlicer } from '../../runtime/time-slice.ts';
import { PodIndex } from './pod-index.ts';
import {
  ENDPOINT_SLICES,
  ENDPOINT_SLICES_WITH_PODS,
  NAMESPACES,
  type Namespace,
  NODES,
  PODS,
  SERVICES,
} from './resources.ts';
import { SliceIndex } from './slice-index.ts';

type ReflectorHandle = Pick<Reflector<object>, 'start' | 'stop' | 'status'>;

/** The resources that are always watched. */
type TopologyResource = Exclude<ResourceName, 'pods'>;

const NO_WORKLOADS: readonly Workload[] = Object.freeze([]);
const NO_LABELS: Readonly<Record<string, string>> = Object.freeze(Object.create(null));

export interface LiveTopologyOptions {
  readonly client: ApiClient;
  readonly clock: Clock;
  readonly log: Log;
  /** In [0, 1), for jitter. */
  readonly random?: () => number;
  readonly onReconnect?: () => void;
  /** True if endpoints keep the name of their Pod. */
  readonly podNames?: boolean;
}

/** `before` is undefined for a new Service, `after` for a deleted one. */
export type ServiceListener = (before: Service | undefined, after: Service | undefined) => void;

/** The state of one resource, for metrics and error messages. */
export interface ResourceCounters {
  readonly synced: boolean;
  readonly objects: number;
  /** Objects read so far, including those of an incomplete list. */
  readonly seen: number;
  /** Full lists after the first. */
  readonly relists: number;
  readonly watchErrors: number;
  /** Null if the last request succeeded. */
  readonly lastError: unknown;
}

/** A cluster's Nodes, Services, EndpointSlices and namespace labels, kept current by watches. Empty until `synced`. */
export class LiveTopology implements Topology {
  readonly #options: LiveTopologyOptions;
  readonly #timeSlicer = new TimeSlicer();
  readonly #slices = new SliceIndex();
  readonly #nodeStore = new Store<Node>();
  readonly #serviceStore = new Store<Service>((_, before, after) => this.#serviceChanged(before, after));
  readonly #sliceStore = new Store<EndpointSlice>((_, before, after) => this.#slices.update(before, after));
  readonly #namespaceStore = new Store<Namespace>();
  readonly #podIndex = new PodIndex();
  readonly #podStore = new Store<Pod>((_, before, after) => this.#podIndex.update(before, after));
  readonly #reflectors: Readonly<Record<TopologyResource, ReflectorHandle>>;
  #podReflector: ReflectorHandle | null = null;
  readonly #seen: Record<ResourceName, number> = { nodes: 0, services: 0, endpointslices: 0, namespaces: 0, pods: 0 };
  readonly #listeners = new Set<(resource: ResourceName) => void>();
  readonly #serviceListeners = new Set<ServiceListener>();
  /** Resolves when the first lists are complete; rejects with StoppedError if `stop` is called first. */
  readonly whenSynced: Promise<void>;

  constructor(options: LiveTopologyOptions) {
    this.#options = options;
    this.#reflectors = {
      nodes: this.#reflect(NODES, this.#nodeStore),
      services: this.#reflect(SERVICES, this.#serviceStore),
      endpointslices: this.#reflect(options.podNames ? ENDPOINT_SLICES_WITH_PODS : ENDPOINT_SLICES, this.#sliceStore),
      namespaces: this.#reflect(NAMESPACES, this.#namespaceStore),
    };
    this.whenSynced = Promise.all(this.#all().map(reflector => reflector.status.whenSynced)).then(() => {});
    this.whenSynced.catch(() => {});
  }

  start(): void {
    for (const reflector of this.#all()) reflector.start();
  }

  async stop(): Promise<void> {
    this.#listeners.clear();
    this.#serviceListeners.clear();
    await Promise.all([...this.#all(), this.#podReflector].map(reflector => reflector?.stop()));
  }

  /** Watches all Pods from now on. */
  watchPods(): void {
    if (this.#podReflector) return;
    this.#podReflector = this.#reflect(PODS, this.#podStore);
    this.#podReflector.start();
  }

  /** The unfinished Pods of a selector; `null` while Pods are not watched or their first list is not complete. */
  pods(namespace: string, selector: Readonly<Record<string, string>>): readonly Pod[] | null {
    return this.#podReflector?.status.synced ? this.#podIndex.find(namespace, selector) : null;
  }

  get synced(): boolean {
    return this.#all().every(reflector => reflector.status.synced);
  }

  /** Seconds since the stalest resource was last known to be current; Infinity before `synced`. Pods count once known. */
  ageSeconds(): number {
    const times = this.#all().map(reflector => reflector.status.currentAt ?? Number.NEGATIVE_INFINITY);
    const since = Math.min(...times, this.#podReflector?.status.currentAt ?? Number.POSITIVE_INFINITY);
    return Math.max(0, (this.#options.clock.monotonicMs() - since) / 1000);
  }

  /** Calls the listener after every change of the topology. The returned function unsubscribes it. */
  onChange(listener: (resource: ResourceName) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls the listener for every change of a Service, also for one that a later change takes back. */
  onServiceChange(listener: ServiceListener): () => void {
    this.#serviceListeners.add(listener);
    return () => this.#serviceListeners.delete(listener);
  }

  /** Without `pods` while they are not watched. */
  counters(): Readonly<Record<TopologyResource, ResourceCounters> & { pods?: ResourceCounters }> {
    const count = (name: ResourceName, store: { readonly size: number }, by: ReflectorHandle): ResourceCounters => {
      const { synced, relists, watchErrors, lastError } = by.status;
      return { synced, objects: store.size, seen: this.#seen[name], relists, watchErrors, lastError };
    };
    return {
      nodes: count('nodes', this.#nodeStore, this.#reflectors.nodes),
      services: count('services', this.#serviceStore, this.#reflectors.services),
      endpointslices: count('endpointslices', this.#sliceStore, this.#reflectors.endpointslices),
      namespaces: count('namespaces', this.#namespaceStore, this.#reflectors.namespaces),
      ...(this.#podReflector && { pods: count('pods', this.#podStore, this.#podReflector) }),
    };
  }

  nodes(): readonly Node[] {
    return this.#nodeStore.list();
  }

  node(name: string): Node | undefined {
    return this.#nodeStore.get(name);
  }

  services(): readonly Service[] {
    return this.#serviceStore.list();
  }

  service(namespace: string, name: string): Service | undefined {
    return this.#serviceStore.get(objectKey(namespace, name));
  }

  slices(namespace: string, serviceName: string): readonly EndpointSlice[] {
    return this.#slices.slices(namespace, serviceName);
  }

  workloads(_namespace: string): readonly Workload[] {
    return NO_WORKLOADS;
  }

  namespaceLabels(namespace: string): Readonly<Record<string, string>> {
    return this.#namespaceStore.get(namespace)?.labels ?? NO_LABELS;
  }

  #all(): readonly ReflectorHandle[] {
    return Object.values(this.#reflectors);
  }

  #reflect<T extends object>(resource: Resource<T>, store: Store<T>): ReflectorHandle {
    const { client, clock, log, random = Math.random, onReconnect = () => {} } = this.#options;
    // No value is derived from Pods, so a change of one has no listeners.
    const onChange = () => resource.name !== 'pods' && this.#changed(resource.name);
    const counted: Resource<T> = {
      ...resource,
      project: (raw, strings) => {
        this.#seen[resource.name]++;
        return resource.project(raw, strings);
      },
    };
    const timeSlicer = this.#timeSlicer;
    return new Reflector<T>({
      resource: counted,
      store,
      client,
      clock,
      log,
      random,
      timeSlicer,
      onChange,
      onReconnect,
    });
  }

  #changed(resource: ResourceName): void {
    this.#notify(resource, this.#listeners, listener => listener(resource));
  }

  #serviceChanged(before: Service | undefined, after: Service | undefined): void {
    this.#notify('services', this.#serviceListeners, listener => listener(before, after));
  }

  #notify<T>(resource: ResourceName, listeners: Iterable<T>, notify: (listener: T) => void): void {
    for (const listener of listeners) {
      try {
        notify(listener);
      } catch (error) {
        this.#options.log('error', 'a listener of the topology failed', {
          resource,
          error: errorMessageWithCause(error),
        });
      }
    }
  }
}
