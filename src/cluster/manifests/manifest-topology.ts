import { applyApiDefaults } from '../../model/api-defaults.ts';
import type { EndpointSlice } from '../../model/endpoint-slice.ts';
import type { Node } from '../../model/node.ts';
import type { Pod } from '../../model/pod.ts';
import { projectPod } from '../../model/pod-projection.ts';
import { projectEndpointSliceWithPods, projectNode, projectService } from '../../model/projection.ts';
import { asObject, asStringMap } from '../../model/raw.ts';
import { matchesLabels } from '../../model/selector.ts';
import type { Service } from '../../model/service.ts';
import type { Topology } from '../../model/topology.ts';
import type { KubernetesVersion } from '../../model/version.ts';
import { NEWEST_KNOWN_MINOR } from '../../model/version.ts';
import type { Autoscaler, Workload } from '../../model/workload.ts';
import { projectAutoscaler, projectWorkload } from '../../model/workload-projection.ts';
import { slicesFromPods } from '../../topology/pod-slices.ts';
import type { Manifest } from './manifest.ts';

const AUTOSCALER = 'HorizontalPodAutoscaler.autoscaling';
const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'];
const NO_SLICES: readonly EndpointSlice[] = [];
const NO_WORKLOADS: readonly Workload[] = [];
const NO_LABELS: Readonly<Record<string, string>> = {};

/**
 * A topology from manifests, written by hand or by `kubectl get nodes,services,endpointslices -A -o yaml`. Services get
 * the API's defaults and allocations; Pods replace missing slices; the last of several objects with one name wins.
 */
export class ManifestTopology implements Topology {
  readonly #nodes = new Map<string, Node>();
  readonly #services = new Map<string, Service>();
  readonly #slices = new Map<string, EndpointSlice[]>();
  readonly #workloads = new Map<string, Workload[]>();
  readonly #autoscalers = new Map<string, Autoscaler>();
  readonly #scaled = new Map<string, readonly Workload[]>();
  readonly #namespaces = new Map<string, Readonly<Record<string, string>>>();
  readonly #pods: Pod[] = [];
  #nodeList: readonly Node[] | null = null;

  readonly #version: KubernetesVersion;

  constructor(manifests: readonly Manifest[], version: KubernetesVersion = { minor: NEWEST_KNOWN_MINOR }) {
    this.#version = version;
    const last = new Map(
      manifests.map(manifest => [`${manifest.kind} ${manifest.namespace}/${manifest.name}`, manifest]),
    );
    for (const manifest of last.values()) this.#add(manifest);
  }

  #add({ kind, namespace, name, raw }: Manifest): void {
    if (kind === 'Node') this.#nodes.set(name, projectNode(raw));
    else if (kind === 'Service') this.#services.set(`${namespace}/${name}`, applyApiDefaults(projectService(raw)));
    else if (kind === 'EndpointSlice') this.#addSlice(projectEndpointSliceWithPods(raw));
    else if (kind === 'Pod') this.#pods.push(projectPod(raw));
    else if (kind === 'Namespace') this.#namespaces.set(name, asStringMap(asObject(raw['metadata'])['labels']));
    else if (kind === AUTOSCALER) this.#addAutoscaler(raw);
    else if (WORKLOADS.includes(kind)) group(this.#workloads, namespace, projectWorkload(raw));
  }

  #addSlice(slice: EndpointSlice): void {
    if (slice.serviceName !== '') group(this.#slices, `${slice.namespace}/${slice.serviceName}`, slice);
  }

  #addAutoscaler(raw: unknown): void {
    const { namespace, kind, workload, autoscaler } = projectAutoscaler(raw);
    this.#autoscalers.set(`${kind} ${namespace}/${workload}`, autoscaler);
  }

  nodes(): readonly Node[] {
    this.#nodeList ??= [...this.#nodes.values()];
    return this.#nodeList;
  }

  node(name: string): Node | undefined {
    return this.#nodes.get(name);
  }

  services(): readonly Service[] {
    return [...this.#services.values()];
  }

  service(namespace: string, name: string): Service | undefined {
    return this.#services.get(`${namespace}/${name}`);
  }

  slices(namespace: string, serviceName: string): readonly EndpointSlice[] {
    const key = `${namespace}/${serviceName}`;
    const service = this.#services.get(key);
    return (
      this.#slices.get(key) ??
      (service ? slicesFromPods(service, this.#pods, { topology: this, version: this.#version }) : NO_SLICES)
    );
  }

  /** The Pods of the manifests that the Service selects. */
  podsOf({ namespace, selector }: Service): readonly Pod[] {
    if (!selector) return [];
    return this.#pods.filter(pod => pod.namespace === namespace && matchesLabels(selector, pod.labels));
  }

  workloads(namespace: string): readonly Workload[] {
    if (this.#autoscalers.size === 0) return this.#workloads.get(namespace) ?? NO_WORKLOADS;
    const known = this.#scaled.get(namespace);
    if (known) return known;
    const scaled = (this.#workloads.get(namespace) ?? NO_WORKLOADS).map(workload => {
      const autoscaler = this.#autoscalers.get(`${workload.kind} ${namespace}/${workload.name}`);
      return autoscaler ? { ...workload, autoscaler } : workload;
    });
    this.#scaled.set(namespace, scaled);
    return scaled;
  }

  namespaceLabels(namespace: string): Readonly<Record<string, string>> {
    return this.#namespaces.get(namespace) ?? NO_LABELS;
  }
}

function group<T>(map: Map<string, T[]>, key: string, item: T): void {
  const list = map.get(key);
  if (list) list.push(item);
  else map.set(key, [item]);
}
