import { applyApiDefaults } from '../../src/model/api-defaults.ts';
import { type Service, TOPOLOGY_MODE_ANNOTATION } from '../../src/model/service.ts';
import type { ClusterFacts } from '../../src/model/topology.ts';
import { explainService } from '../../src/topology/explain.ts';
import { type ExplainedPort, figuresIn, figuresOf, mean, readyEndpoints } from './advice-figures.ts';
import { allStates, type ClusterState } from './advice-states.ts';
import type { AdviceInput } from './random-advice.ts';
import { senderWeights } from './sender-weights.ts';

/** The routes of each port on all nodes. */
export type Explain = (service: Service, state: ClusterState) => readonly ExplainedPort[];

/** The result of brute force: every setting in every case, all sets of Pods included. */
export interface OracleSetting {
  readonly name: string;
  readonly losesTraffic: boolean;
  readonly inZoneToday: number;
  readonly inZoneAtWorst: number;
  readonly busiestAtWorst: number;
  readonly overloads: boolean;
}

export interface OracleAdvice {
  readonly settings: readonly OracleSetting[];
  /** `null` if no setting is safe. */
  readonly advised: string | null;
}

/** `explain`: by default the model of the command of that name. `states`: today first. */
export interface BruteForce {
  readonly explain: Explain;
  readonly states: readonly ClusterState[];
}

export function explainIn(facts: ClusterFacts): Explain {
  return (service, state) => explainService({ service, ...state, facts, hints: 'predicted' }).ports;
}

export function oracleAdvice(
  input: AdviceInput,
  { states, explain }: BruteForce = { states: allStates(input), explain: explainIn(input.cluster.facts) },
): OracleAdvice {
  const { service, workload, cluster } = input;
  const isOrdered = states.some(({ several }) => several);
  const settings = settingsOf(service, cluster.facts.version.minor).map(({ name, changed }) =>
    evaluate({ name, changed }, { states, explain }, input),
  );
  const safe = settings.filter(
    ({ name, losesTraffic, overloads }) =>
      !losesTraffic && !overloads && !(isOrdered && name.includes('topology-mode')),
  );
  const most = Math.max(...safe.map(({ inZoneToday }) => inZoneToday));
  const best = safe.filter(({ inZoneToday }) => inZoneToday > most - 0.01);
  const onNode = workload.kind === 'DaemonSet' ? mostOnNode(best, { states, explain }, input) : best;
  const today = nameOf(service);
  const preferred = onNode.find(({ name }) => name === today) ?? onNode[0] ?? null;
  const advised = insteadOfAuto(onNode, preferred) ?? preferred;
  return { settings, advised: advised?.name ?? null };
}

function insteadOfAuto(best: readonly OracleSetting[], preferred: OracleSetting | null): OracleSetting | null {
  if (!preferred?.name.endsWith('topology-mode Auto')) return null;
  const newer = best.filter(({ name }) => name.includes('Prefer') && !name.includes('topology-mode'));
  return newer.find(({ inZoneAtWorst }) => inZoneAtWorst > preferred.inZoneAtWorst - 0.01) ?? null;
}

function nameOf({ internalTrafficPolicy, trafficDistribution, annotations }: Service): string {
  const auto = annotations[TOPOLOGY_MODE_ANNOTATION] === 'Auto' ? ' + topology-mode Auto' : '';
  return `${internalTrafficPolicy}${trafficDistribution === null ? '' : ` + ${trafficDistribution}`}${auto}`;
}

export interface NamedSetting {
  readonly name: string;
  /** The Service with the setting. */
  readonly changed: Service;
}

export function settingsOf(service: Service, minor: number): readonly NamedSetting[] {
  const make = (policy: string, distribution: string | null, auto = false): Service =>
    applyApiDefaults({
      ...service,
      internalTrafficPolicy: policy,
      trafficDistribution: distribution,
      annotations: auto ? { [TOPOLOGY_MODE_ANNOTATION]: 'Auto' } : {},
    });
  const values = minor < 31 ? [] : minor < 34 ? ['PreferClose'] : ['PreferSameZone', 'PreferSameNode'];
  const all = [
    make('Cluster', null),
    ...values.map(value => make('Cluster', value)),
    ...(minor < 31 ? [make('Cluster', null, true)] : []),
    make('Local', null),
    service,
  ];
  return [...new Map(all.map(changed => [nameOf(changed), { name: nameOf(changed), changed }])).values()];
}

/** The CPU limit of a Pod over the mean CPU use of today's Pods. */
function cpuFactor({ cpuLimit, cpuRequest, autoscaler }: AdviceInput['workload']): number {
  if (!cpuLimit || !cpuRequest || !autoscaler?.cpuUtilization) return Number.POSITIVE_INFINITY;
  return cpuLimit / (cpuRequest * autoscaler.cpuUtilization);
}

function evaluate({ name, changed }: NamedSetting, { states, explain }: BruteForce, input: AdviceInput): OracleSetting {
  const { maxLoad } = input.cluster;
  const cpu = cpuFactor(input.workload);
  const weightsIn = senderWeights(input);
  const [today] = states;
  const readyToday = today ? readyEndpoints(explain(changed, today), today) : new Map<string, number>();
  const results = states.map(state => {
    const { busiest, busiestOfToday, ...figures } = figuresIn(explain(changed, state), {
      state,
      weightsIn,
      readyToday,
    });
    const overloads = busiest > 1 + 1e-5 && (busiest > maxLoad + 1e-5 || busiestOfToday > cpu + 1e-5);
    return { ...figures, busiest, overloads };
  });
  return {
    name,
    losesTraffic: results.some(({ isLossy, isKnown }) => isLossy || !isKnown),
    inZoneToday: results[0]?.inZone ?? 0,
    inZoneAtWorst: Math.min(...results.map(({ inZone }) => inZone)),
    busiestAtWorst: Math.max(...results.map(({ busiest }) => busiest)),
    overloads: results.some(({ overloads }) => overloads),
  };
}

function mostOnNode(
  best: readonly OracleSetting[],
  { states: [today], explain }: BruteForce,
  input: AdviceInput,
): readonly OracleSetting[] {
  if (!today) return best;
  const { service, cluster } = input;
  const settings = settingsOf(service, cluster.facts.version.minor);
  const weightsIn = senderWeights(input);
  const shares = best.map(setting => {
    const changed = settings.find(({ name }) => name === setting.name)?.changed ?? service;
    const figures = explain(changed, today)
      .map(port => figuresOf(port, today, weightsIn))
      .filter(({ ready }) => ready > 0);
    return { setting, share: mean(figures, ({ onNode }) => onNode) };
  });
  const most = Math.max(...shares.map(({ share }) => share));
  return shares.filter(({ share }) => share > most - 0.01).map(({ setting }) => setting);
}
