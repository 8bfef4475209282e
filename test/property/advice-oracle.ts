import { applyApiDefaults } from '../../src/model/api-defaults.ts';
import type { Endpoint, EndpointSlice } from '../../src/model/endpoint-slice.ts';
import type { Node } from '../../src/model/node.ts';
import { type Service, TOPOLOGY_MODE_ANNOTATION } from '../../src/model/service.ts';
import { explainService, type PortExplanation } from '../../src/topology/explain.ts';
import type { AdviceInput } from './random-advice.ts';
import { type SenderWeights, senderWeights } from './sender-weights.ts';

/** The result of brute force: every setting in every case, all sets of Pods included, through the model of `explain`. */
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

interface ClusterState {
  readonly nodes: readonly Node[];
  readonly slices: readonly EndpointSlice[];
  /** Several Pods are lost at the same time, so that the hints of topology-mode Auto depend on their order. */
  readonly several?: true;
  /** By the autoscaler, which then has its mean use again. */
  readonly scaled?: true;
}

export function oracleAdvice(input: AdviceInput): OracleAdvice {
  const { service, workload, cluster } = input;
  const states = allStates(input);
  const isOrdered = states.some(({ several }) => several);
  const settings = settingsOf(service, cluster.facts.version.minor).map(({ name, changed }) =>
    evaluate(name, changed, { states, input }),
  );
  const safe = settings.filter(
    ({ name, losesTraffic, overloads }) =>
      !losesTraffic && !overloads && !(isOrdered && name.includes('topology-mode')),
  );
  const most = Math.max(...safe.map(({ inZoneToday }) => inZoneToday));
  const best = safe.filter(({ inZoneToday }) => inZoneToday > most - 0.01);
  const onNode = workload.kind === 'DaemonSet' ? mostOnNode(best, input) : best;
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

function settingsOf(service: Service, minor: number): readonly { name: string; changed: Service }[] {
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

function allStates({ service, workload, cluster }: AdviceInput): readonly ClusterState[] {
  const nodes = cluster.topology.nodes();
  const slices = cluster.topology.slices('', '');
  const without = (isGone: (endpoint: Endpoint) => boolean) =>
    slices.map(one => ({ ...one, endpoints: one.endpoints.filter(endpoint => !isGone(endpoint)) }));
  const down = (isDown: (node: Node) => boolean): ClusterState => {
    const names = nodes.filter(isDown).map(({ name }) => name);
    return {
      nodes: nodes.map(node => (isDown(node) ? { ...node, ready: false } : node)),
      slices: without(({ nodeName }) => names.includes(nodeName ?? '')),
    };
  };
  const pods = slices.flatMap(({ endpoints }) => endpoints).filter(({ ready }) => ready === true);
  const leaving = (count: number): readonly ClusterState[] =>
    subsets(pods, count).map(gone => ({ nodes, slices: without(endpoint => gone.includes(endpoint)), several: true }));
  const zones = [...new Set(nodes.flatMap(({ zone }) => zone ?? []))];
  const minimum = workload.autoscaler?.minReplicas ?? pods.length;
  const away = podsAway(workload, pods.length);
  void service;
  return [
    { nodes, slices },
    ...pods.map(pod => ({ nodes, slices: without(endpoint => endpoint === pod) })),
    ...nodes.map(node => down(({ name }) => name === node.name)),
    ...zones.map(zone => down(node => node.zone === zone)),
    ...Array.from({ length: Math.max(0, pods.length - minimum) }, (_, i) => leaving(i + 1))
      .flat()
      .map(state => ({ ...state, scaled: true as const })),
    ...(away > 1 ? leaving(away) : []),
  ].filter(state => clientsIn(state).length > 0);
}

function podsAway({ kind, rollout }: AdviceInput['workload'], pods: number): number {
  if (rollout.kind === 'by-hand') return 0;
  if (rollout.kind === 'all-at-once') return pods;
  const { maxUnavailable: away, maxSurge: surge } = rollout;
  const exact = away.kind === 'count' ? away.count : away.share * pods;
  const count = kind === 'Deployment' ? Math.floor(exact) : Math.ceil(exact);
  const extra = surge.kind === 'count' ? surge.count : Math.ceil(surge.share * pods);
  return count === 0 && extra === 0 ? 1 : Math.min(count, pods);
}

function subsets<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  if (size === 0) return [[]];
  return items.flatMap((item, i) => subsets(items.slice(i + 1), size - 1).map(rest => [item, ...rest]));
}

export function clientsIn({ nodes }: Pick<ClusterState, 'nodes'>): readonly Node[] {
  return nodes.filter(({ ready, taints }) => ready && taints.length === 0);
}

function evaluate(
  name: string,
  service: Service,
  { states, input }: { readonly states: readonly ClusterState[]; readonly input: AdviceInput },
): OracleSetting {
  const { facts, maxLoad } = input.cluster;
  const cpu = cpuFactor(input.workload);
  const usable = new Map<string, number>();
  const weightsIn = senderWeights(input);
  const results = states.map((state, i) => {
    const { ports } = explainService({ service, ...state, facts, hints: 'predicted' });
    if (i === 0)
      for (const port of ports) {
        const { ready } = figuresOf(port, state, weightsIn);
        if (ready > 0) usable.set(port.port, ready);
      }
    const shown = ports.filter(port => usable.has(port.port));
    const figures = shown.map(port => figuresOf(port, state, weightsIn));
    const ofToday = shown.map((port, at) => {
      const { busiest, ready } = figures[at] ?? { busiest: 0, ready: 0 };
      return state.scaled || ready === 0 ? busiest : (busiest / ready) * (usable.get(port.port) ?? ready);
    });
    const busiest = Math.max(...figures.map(figure => figure.busiest));
    return {
      isLossy: figures.some(({ isLossy }) => isLossy),
      busiest,
      overloads: busiest > 1 + 1e-5 && (busiest > maxLoad + 1e-5 || Math.max(...ofToday) > cpu + 1e-5),
      inZone: mean(figures, ({ inZone }) => inZone),
      isKnown: figures.every(({ isKnown }) => isKnown),
    };
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

/** The figures of one port, summed over the nodes one by one. Ports with the same endpoints count once in `explain`. */
function figuresOf({ nodes }: PortExplanation, state: ClusterState, weightsIn: SenderWeights) {
  const clients = clientsIn(state);
  const weights = weightsIn(clients);
  const zoneOf = new Map(
    state.slices.flatMap(({ endpoints }) => endpoints.map(({ address, zone }) => [address, zone] as const)),
  );
  const nodeOf = new Map(
    state.slices.flatMap(({ endpoints }) => endpoints.map(({ address, nodeName }) => [address, nodeName] as const)),
  );
  const load = new Map<string, number>();
  let [isLossy, inZone, onNode, isKnown] = [false, 0, 0, true];
  for (const client of clients) {
    const weight = weights.get(client.name) ?? 0;
    const internal = nodes.find(({ node }) => node === client.name)?.internal;
    if (!internal || internal.verdict === 'unknown') isKnown = false;
    if (internal?.verdict === 'drop' || internal?.verdict === 'reject') isLossy = true;
    for (const name of internal?.endpoints ?? []) {
      const part = weight / (internal?.endpoints.length ?? 1);
      const address = name.slice(0, name.lastIndexOf(':'));
      load.set(address, (load.get(address) ?? 0) + part);
      const isOnNode = nodeOf.get(address) === client.name;
      const zone = zoneOf.get(address) ?? null;
      if (isOnNode) onNode += part;
      if (zone === null ? isOnNode && client.zone === null : zone === client.zone) inZone += part;
    }
  }
  const reachable = new Set(nodes.flatMap(({ cluster, local }) => [...(cluster ?? []), ...(local ?? [])]));
  const ready = state.slices.flatMap(({ endpoints }) => endpoints).filter(one => one.ready === true);
  const listed = ready.filter(({ address }) => [...reachable].some(name => name.startsWith(`${address}:`)));
  const carried = [...load.values()].reduce((sum, share) => sum + share, 0);
  const busiest = carried > 0 ? (Math.max(...load.values()) / carried) * listed.length : 0;
  return { isLossy, inZone, onNode, busiest, ready: listed.length, isKnown };
}

function mean<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0) / items.length;
}

function mostOnNode(best: readonly OracleSetting[], input: AdviceInput): readonly OracleSetting[] {
  const { cluster, service } = input;
  const state = { nodes: cluster.topology.nodes(), slices: cluster.topology.slices('', '') };
  const settings = settingsOf(service, cluster.facts.version.minor);
  const shares = best.map(setting => {
    const changed = settings.find(({ name }) => name === setting.name)?.changed ?? service;
    const { ports } = explainService({ service: changed, ...state, facts: cluster.facts, hints: 'predicted' });
    const figures = ports.map(port => figuresOf(port, state, senderWeights(input))).filter(({ ready }) => ready > 0);
    return { setting, share: mean(figures, ({ onNode }) => onNode) };
  });
  const most = Math.max(...shares.map(({ share }) => share));
  return shares.filter(({ share }) => share > most - 0.01).map(({ setting }) => setting);
}
