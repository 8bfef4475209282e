import type { Endpoint, EndpointSlice } from '../../model/endpoint-slice.ts';
import { isControllerManaged } from '../../model/endpoint-slice.ts';
import type { Node } from '../../model/node.ts';
import { plural, pluralForm } from '../../model/plural.ts';
import type { Service } from '../../model/service.ts';
import type { Topology } from '../../model/topology.ts';
import type { Workload } from '../../model/workload.ts';
import { selectedWorkloads } from '../selected-workloads.ts';
import { matchesNode, toleratesAll } from './feasible-nodes.ts';
import type { nodeChanges } from './nodes-under.ts';
import { isDown } from './nodes-under.ts';
import { placePods } from './placement.ts';
import type { Scenario, ScenarioNotes } from './scenario.ts';
import { replicasOf, unavailableInRollout, workloadText } from './scenario.ts';
import { podEndpoints, podsByNode, withoutEndpoints, withoutPods, withPodsOn } from './service-pods.ts';
import { mostUneven } from './uneven-pods.ts';

export interface ScenarioInput {
  readonly topology: Topology;
  readonly scenarios: readonly Scenario[];
  readonly changes: ReturnType<typeof nodeChanges>;
  /** After the scenarios. */
  readonly nodes: readonly Node[];
  /** The result of `workloadsOf`, if it is known already. */
  readonly workloads?: readonly Workload[];
}

export interface ServiceUnder extends ScenarioNotes {
  readonly slices: readonly EndpointSlice[];
}

/**
 * The workloads whose Pods a Service selects, without those that another one owns. Beside one of these, one that
 * another API owns counts too, such as a ReplicaSet of Argo Rollouts.
 */
export function workloadsOf(service: Service, topology: Pick<Topology, 'workloads'>): readonly Workload[] {
  const selected = selectedWorkloads(service, topology);
  const own = selected.filter(({ ownerKind }) => ownerKind === null);
  if (own.length === 0) return [];
  return selected.filter(
    ({ ownerKind, replicas }) => ownerKind === null || (ownerKind !== 'Deployment' && replicas > 0),
  );
}

/** The EndpointSlices of a Service after the scenarios, without the new hints. */
export function serviceUnder(service: Service, input: ScenarioInput): ServiceUnder {
  const slices = input.topology.slices(service.namespace, service.name);
  if (service.selector === null || (slices.length > 0 && !slices.some(isControllerManaged))) {
    const unknown = 'the EndpointSlice controller does not write its slices: what happens to them is not known';
    return { slices, assumed: [], unknown: [unknown] };
  }
  return new ServiceChanges(service, input).result();
}

type WorkloadScenario = Extract<Scenario, { kind: 'scale' | 'rollout' }>;

/** Applies the scenarios to the slices of one Service, in the order in which one depends on the other. */
class ServiceChanges {
  readonly #service: Service;
  readonly #input: ScenarioInput;
  #workloads: readonly Workload[] | null;
  #slices: readonly EndpointSlice[];
  readonly #assumed = new Set<string>();
  readonly #unknown = new Set<string>();

  constructor(service: Service, input: ScenarioInput) {
    this.#service = service;
    this.#input = input;
    this.#workloads = input.workloads ?? null;
    this.#slices = input.topology.slices(service.namespace, service.name);
  }

  /** Read only by scenarios about workloads. */
  #ownWorkloads(): readonly Workload[] {
    this.#workloads ??= workloadsOf(this.#service, this.#input.topology);
    return this.#workloads;
  }

  result(): ServiceUnder {
    const { scenarios } = this.#input;
    this.#removeLost();
    for (const scenario of scenarios) if (scenario.kind === 'rollout') this.#rollOut(scenario);
    for (const scenario of scenarios) if (scenario.kind === 'scale') this.#scale(scenario);
    if (scenarios.some(({ kind }) => kind === 'drain')) this.#drain();
    if (scenarios.some(({ kind }) => kind === 'node-added')) this.#addDaemonPods();
    return { slices: this.#slices, assumed: [...this.#assumed], unknown: [...this.#unknown] };
  }

  #removeLost(): void {
    const { scenarios, changes, topology } = this.#input;
    const lost = new Set(scenarios.flatMap(one => (one.kind === 'pod-lost' ? one.address : [])));
    if (lost.size > 0) this.#slices = withoutPods(this.#slices, lost);
    if (changes.down.size === 0 && changes.zonesDown.size === 0) return;
    this.#slices = withoutEndpoints(this.#slices, ({ nodeName, zone }) => {
      const node = nodeName === null ? undefined : topology.node(nodeName);
      return nodeName !== null && isDown({ name: nodeName, zone: node?.zone ?? zone }, changes);
    });
  }

  /** The workload if all endpoints are its Pods. */
  #owner({ kind: scenario, workload: ref }: WorkloadScenario): Workload | null {
    const workload = this.#ownWorkloads().find(({ kind, name }) => kind === ref.kind && name === ref.name);
    if (!workload || ref.namespace !== this.#service.namespace) {
      this.#assumed.add(`the ${scenario} of ${workloadText(ref)} has no effect: this Service selects none of its Pods`);
      return null;
    }
    if (this.#ownWorkloads().length === 1) return workload;
    const others = this.#ownWorkloads()
      .filter(other => other !== workload)
      .map(workloadText);
    this.#unknown.add(
      `which of its endpoints are of ${workloadText(ref)} and which of ${others.join(', ')} is not known; they stay`,
    );
    return null;
  }

  #rollOut(scenario: Extract<Scenario, { kind: 'rollout' }>): void {
    const { away } = scenario;
    const workload = this.#owner(scenario);
    if (!workload) return;
    const pods = podEndpoints(this.#service, this.#slices);
    const count = unavailableInRollout(workload, pods.length);
    if (away === null) this.#keepUneven(pods, { count: pods.length - count, workload });
    else this.#remove(pods, new Set(away), true);
    this.#assumed.add('the new Pods of the rollout are not ready yet');
  }

  #scale(scenario: Extract<Scenario, { kind: 'scale' }>): void {
    const { workload: ref, replicas, staying } = scenario;
    const workload = this.#owner(scenario);
    if (!workload) return;
    const count = replicasOf(replicas, workload);
    if (count === null) {
      this.#unknown.add(`${workloadText(ref)} has no autoscaler in this topology`);
      return;
    }
    const pods = podEndpoints(this.#service, this.#slices);
    if (staying !== null) this.#remove(pods, new Set(staying), false);
    else if (count < pods.length) this.#keepUneven(pods, { count, workload });
    if (count > pods.length) this.#place(workload, count - pods.length);
  }

  /** Removes the named Pods, or the others. */
  #remove(pods: readonly Endpoint[], named: ReadonlySet<string>, areGone: boolean): void {
    const gone = pods.filter(({ address }) => named.has(address) === areGone);
    this.#slices = withoutPods(this.#slices, addressesOf(gone));
  }

  #keepUneven(
    pods: readonly Endpoint[],
    { count, workload }: { readonly count: number; readonly workload: Workload },
  ): void {
    const staying = new Set(mostUneven(pods, count));
    const going = pods.length - count;
    if (count > 0 && count < pods.length) {
      this.#assumed.add(
        `which ${plural(going, 'Pod')} of ${workloadText(workload)} ${pluralForm(going, 'goes', 'go')} is not known; shown is the most uneven case`,
      );
    }
    this.#slices = withoutPods(this.#slices, addressesOf(pods.filter(pod => !staying.has(pod))));
  }

  #drain(): void {
    const { drained } = this.#input.changes;
    const onDrained = podEndpoints(this.#service, this.#slices).filter(
      ({ nodeName }) => nodeName !== null && drained.has(nodeName),
    );
    const [workload, ...others] = this.#ownWorkloads();
    if (onDrained.length === 0) return;
    if (workload?.kind === 'DaemonSet' && others.length === 0) {
      this.#assumed.add(`kubectl drain leaves the Pods of ${workloadText(workload)} in place`);
      return;
    }
    this.#slices = withoutPods(this.#slices, addressesOf(onDrained));
    if (workload && others.length === 0) this.#place(workload, onDrained.length);
    else {
      const reason = workload ? 'several workloads match' : 'no workload of its Pods is known';
      this.#unknown.add(
        `where ${plural(onDrained.length, 'evicted Pod')} come up is not known: ${reason}; shown without them`,
      );
    }
  }

  #place(workload: Workload, count: number): void {
    const pods = podsByNode(podEndpoints(this.#service, this.#slices));
    const placement = placePods({ workload, count, nodes: this.#input.nodes, pods });
    this.#slices = withPodsOn(this.#slices, this.#service, placement.nodes);
    for (const note of placement.assumed) this.#assumed.add(note);
    for (const note of placement.unknown) this.#unknown.add(note);
  }

  #addDaemonPods(): void {
    const before = new Set(this.#input.topology.nodes().map(({ name }) => name));
    const added = this.#input.nodes.filter(({ name }) => !before.has(name));
    if (this.#ownWorkloads().length === 0) {
      this.#unknown.add('whether a Pod comes up on the added node is not known: no workload of its Pods is known');
    }
    for (const workload of this.#ownWorkloads().filter(({ kind }) => kind === 'DaemonSet')) {
      const own = added.filter(node => matchesNode(workload, node) && toleratesAll(workload, node));
      this.#slices = withPodsOn(this.#slices, this.#service, own);
    }
  }
}

function addressesOf(pods: readonly Endpoint[]): readonly string[] {
  return pods.map(({ address }) => address);
}
