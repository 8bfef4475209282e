import { clientNodeFilter } from '../../engine/context.ts';
import type { Evaluation } from '../../engine/evaluation.ts';
import { EvaluationCache } from '../../engine/evaluation-cache.ts';
import type { Policy } from '../../engine/policy.ts';
import type { ClusterFacts, Topology } from '../../model/topology.ts';
import type { Workload } from '../../model/workload.ts';
import { assignmentOf } from '../../topology/data-plane.ts';
import type { NodeSet } from '../../topology/node-set.ts';
import { selectedWorkloads } from '../../topology/selected-workloads.ts';
import type { ClusterDetail, Overview, PageSource, ServiceDetail, ServiceRow } from '../api.ts';
import { type ServiceInView, serviceRow } from './service-row.ts';

/** The workloads of a namespace. */
export interface NamespaceWorkloads {
  readonly workloads: readonly Workload[];
  /** Why there are none; `null` if they are known. */
  readonly unknownBecause: string | null;
}

export interface PageViewOptions {
  readonly cluster: { readonly topology: Topology; facts(): ClusterFacts };
  /** If the topology does not have them. Never rejects. */
  readonly findWorkloads?: ((namespace: string) => Promise<NamespaceWorkloads>) | undefined;
  readonly policy: () => Policy;
  readonly source: PageSource;
}

interface Row {
  readonly json: string;
  readonly findings: ServiceRow['findings'];
  /** The client nodes that the row was computed for. */
  readonly clients: NodeSet;
}

/** The rows of the overview. It is updated one evaluation at a time, so that no time slice exceeds one row. */
export class UiModel {
  readonly #options: PageViewOptions;
  readonly #cache = new EvaluationCache();
  readonly #rows = new Map<string, Row>();
  readonly #listeners = new Set<() => void>();
  #keys: readonly string[] | null = null;
  #complete = false;
  #policy: Policy | null = null;
  #revision = 1;
  #overview: { readonly revision: number; readonly json: string } | null = null;

  constructor(options: PageViewOptions) {
    this.#options = options;
  }

  get revision(): number {
    return this.#revision;
  }

  /** Number of rows. */
  get size(): number {
    return this.#rows.size;
  }

  /** Calls the listener when the revision grows. Returns a function that unsubscribes. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Call it when the cluster or the policy changes. */
  notifyChanged(): void {
    this.#revision++;
    for (const listener of this.#listeners) listener();
  }

  onEvaluated(key: string, { findings }: Evaluation, by: ServiceInView): void {
    const ruleLevels = findings.map(({ rule, level }) => ({ rule, level }));
    this.#set(key, ruleLevels, by);
  }

  /** Findings are unchanged if no rule reads Nodes, but the traffic figures may have changed. */
  onUnchanged(key: string, by: ServiceInView): void {
    const row = this.#rows.get(key);
    if (row && row.clients !== this.#clientsOf(by)) this.#set(key, row.findings, by);
  }

  onDeleted(key: string): void {
    if (!this.#rows.delete(key)) return;
    this.#keys = null;
    this.notifyChanged();
  }

  /** Every Service has been evaluated under the current policy. */
  onPassCompleted(): void {
    const policy = this.#options.policy();
    if (this.#complete && policy === this.#policy) return;
    this.#complete = true;
    this.#policy = policy;
    this.notifyChanged();
  }

  #set(key: string, findings: ServiceRow['findings'], by: ServiceInView): void {
    const clients = this.#clientsOf(by);
    const json = JSON.stringify(serviceRow(by, findings, { clients, nodes: this.#nodesOf(by) }));
    const before = this.#rows.get(key);
    this.#rows.set(key, { json, findings, clients });
    if (before?.json === json) return;
    if (!before) this.#keys = null;
    this.notifyChanged();
  }

  /** Returns the same set while the nodes are the same. */
  #clientsOf(by: ServiceInView): NodeSet {
    const { policy, facts } = by.view;
    return this.#cache.clientNodes(this.#nodesOf(by), clientNodeFilter(by.service, policy.clientNodes), facts.now);
  }

  #nodesOf({ view: { topology, facts } }: ServiceInView): NodeSet {
    return this.#cache.nodes(topology.nodes(), assignmentOf(facts));
  }

  /**
   * An Overview as JSON. It joins rows that are serialized already: serializing 10,000 rows would block the event loop.
   */
  overview(): string {
    if (this.#overview?.revision === this.#revision) return this.#overview.json;
    this.#keys ??= [...this.#rows.keys()].sort();
    const { source } = this.#options;
    const head = { revision: this.#revision, complete: this.#complete, source } satisfies Omit<Overview, 'services'>;
    const rows = this.#keys.map(key => this.#rows.get(key)?.json).join(',');
    const json = `${JSON.stringify(head).slice(0, -1)},"services":[${rows}]}`;
    this.#overview = { revision: this.#revision, json };
    return json;
  }

  cluster(): ClusterDetail {
    const { cluster, policy } = this.#options;
    const facts = cluster.facts();
    // JSON has no Infinity, which is the age before the first sync.
    const topologyAgeSeconds = Math.min(facts.topologyAgeSeconds, Number.MAX_SAFE_INTEGER);
    return {
      revision: this.#revision,
      nodes: cluster.topology.nodes(),
      facts: { ...facts, topologyAgeSeconds },
      policy: policy(),
    };
  }

  /** Returns null if the Service does not exist. */
  async service(namespace: string, name: string): Promise<ServiceDetail | null> {
    const { cluster, findWorkloads } = this.#options;
    const { topology } = cluster;
    if (!topology.service(namespace, name)) return null;
    const found = await findWorkloads?.(namespace);
    // It may be gone or changed since.
    const service = topology.service(namespace, name);
    if (!service) return null;
    const slices = topology.slices(namespace, name);
    const workloads = selectedWorkloads(service, found ? { workloads: () => found.workloads } : topology);
    const namespaceLabels = topology.namespaceLabels(namespace);
    const workloadsUnknownBecause = found?.unknownBecause ?? null;
    return { revision: this.#revision, service, slices, namespaceLabels, workloads, workloadsUnknownBecause };
  }
}
