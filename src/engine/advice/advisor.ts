import type { DataPlanes } from '../../model/data-plane.ts';
import { describeDataPlanes } from '../../model/data-plane-text.ts';
import type { MeasuredTraffic } from '../../model/measured-traffic.ts';
import type { Node } from '../../model/node.ts';
import type { Service } from '../../model/service.ts';
import type { ClusterFacts, Topology } from '../../model/topology.ts';
import type { ClientNodeOptions } from '../../topology/client-nodes.ts';
import { assignmentOf, refineDataPlanes } from '../../topology/data-plane.ts';
import { measuredSenders } from '../../topology/measured-senders.ts';
import type { NodeSet } from '../../topology/node-set.ts';
import { RatesByService } from '../../topology/rates-by-service.ts';
import { NodesForPods } from '../../topology/scenarios/pod-nodes.ts';
import { workloadsOf } from '../../topology/scenarios/service-under.ts';
import { clientNodeFilter } from '../context.ts';
import { EvaluationCache } from '../evaluation-cache.ts';
import { trafficNotes } from '../traffic/traffic-notes.ts';
import type { Advice, AdviceTraffic, NoAdvice } from './advice.ts';
import { adviseUnder } from './advise-under.ts';
import { DEFAULT_MAX_LOAD } from './allowed-load.ts';
import { assumptionsOf } from './assumptions.ts';
import { Clients } from './clients.ts';
import type { CandidateInput } from './evaluate-in.ts';
import { obstacleTo } from './preconditions.ts';
import { isSameSetting, type Setting, settingOf } from './setting.ts';
import { settingBytes } from './setting-bytes.ts';

export interface AdvisorInput {
  readonly topology: Topology;
  readonly facts: ClusterFacts;
  readonly clientNodes: ClientNodeOptions;
  /** The largest load of an endpoint, as a multiple of the mean. */
  readonly maxLoad?: number;
  readonly traffic?: MeasuredTraffic | null;
  /** The most variants of a rollout step or a scale-down that are all compared; beyond them, only the most uneven. */
  readonly maxVariants?: number;
}

const MAX_VARIANTS = 64;

/** Advises on the Services of one cluster. What many Services share is computed once. */
export class Advisor {
  readonly #input: AdvisorInput;
  readonly #cache = new EvaluationCache();
  readonly #clients = new WeakMap<NodeSet, Clients>();
  readonly #rates: RatesByService | null;
  readonly #nodesForPods = new WeakMap<readonly Node[], NodesForPods>();

  constructor(input: AdvisorInput) {
    const dataPlanes = refineDataPlanes(input.topology.nodes(), input.facts.dataPlanes);
    this.#input = { ...input, facts: { ...input.facts, dataPlanes } };
    this.#rates = input.traffic ? new RatesByService(input.traffic) : null;
  }

  advise(service: Service): Advice {
    const { topology, facts, maxLoad = DEFAULT_MAX_LOAD, maxVariants = MAX_VARIANTS } = this.#input;
    const candidates = this.#cache.eachCandidate(facts.dataPlanes).map(one => this.#candidate(service, one));
    const [first] = candidates;
    if (!first) throw new Error('a cluster without a data plane');
    const workloads = workloadsOf(service, topology);
    const slices = topology.slices(service.namespace, service.name);
    for (const { facts: own, nodeSet, clients } of candidates) {
      const obstacle = obstacleTo({
        service,
        slices,
        facts: own,
        nodes: nodeSet.size,
        clients: clients.nodes.size,
        workloads,
      });
      if (obstacle) return noAdvice(service, obstacle);
    }
    const [workload] = workloads;
    if (!workload) throw new Error('a workload that was found before is missing');
    const notes = first.senders ? trafficNotes(first.senders.summary) : [];
    const assumed = [...assumptionsOf({ service, workload, slices }), ...notes];
    const results = candidates.map(candidate =>
      adviseUnder(candidate, { service, workload, topology, maxLoad, maxVariants, assumed }),
    );
    const advice = merged(results, candidates);
    return { ...advice, traffic: this.#trafficOf(advice, first) };
  }

  #trafficOf(advice: Advice, { senders, clients, ...candidate }: CandidateInput): AdviceTraffic | null {
    const { traffic, topology } = this.#input;
    if (!traffic || !senders) return null;
    const { service } = advice;
    const base = { unit: traffic.unit, summary: senders.summary };
    if (advice.kind === 'none' || traffic.unit !== 'bytes' || base.summary.perSecond === 0)
      return { ...base, bytes: null };
    const slices = topology.slices(service.namespace, service.name);
    const bytesOf = (setting: Setting) =>
      settingBytes(setting, { ...candidate, service, slices, clients: clients.nodes, senders });
    const today = bytesOf(settingOf(service));
    return { ...base, bytes: { today, advised: advice.kind === 'keep' ? today : bytesOf(advice.setting) } };
  }

  #candidate(service: Service, dataPlanes: DataPlanes): CandidateInput {
    const { topology, clientNodes } = this.#input;
    const facts = { ...this.#input.facts, dataPlanes };
    const all = topology.nodes();
    const nodeSet = this.#cache.nodes(all, assignmentOf(facts));
    const nodes = this.#cache.clientNodes(nodeSet, clientNodeFilter(service, clientNodes), facts.now);
    const nodesForPods = this.#nodesForPods.get(all) ?? new NodesForPods(all);
    this.#nodesForPods.set(all, nodesForPods);
    const byCPU = this.#clients.get(nodes) ?? new Clients(nodes);
    this.#clients.set(nodes, byCPU);
    const senders = this.#rates && measuredSenders(nodes, this.#rates.of(service));
    const clients = senders?.summary.by === 'rates' ? byCPU.weighted(senders.weightOf) : byCPU;
    return { facts, nodeSet, nodesForPods, clients, senders };
  }
}

function noAdvice(service: Service, { because, reasons }: Pick<NoAdvice, 'because' | 'reasons'>): NoAdvice {
  const nothing = { results: [], hintsDiffer: false, assumed: [], workload: null, traffic: null };
  return { ...nothing, kind: 'none', service, because, reasons };
}

/** The advice that is the same under every data plane that fits; none if they differ. */
function merged([first, ...others]: readonly Advice[], candidates: readonly CandidateInput[]): Advice {
  if (!first) throw new Error('no advice to merge');
  if (others.every(other => isSameAdvice(first, other))) return first;
  const names = candidates.map(({ facts }) => describeDataPlanes(facts.dataPlanes));
  const reason = `the advice differs between the data planes that fit this cluster (${names.join(' or ')}): state it with --dataplane`;
  return noAdvice(first.service, { because: 'unknown', reasons: [reason] });
}

function isSameAdvice(a: Advice, b: Advice): boolean {
  if (a.kind === 'none' || b.kind === 'none') return a.kind === b.kind;
  return isSameSetting(a.setting, b.setting);
}
