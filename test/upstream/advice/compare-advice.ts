import { isDeepStrictEqual } from 'node:util';
import type { Advice } from '../../../src/engine/advice/advice.ts';
import { settingText } from '../../../src/engine/advice/setting.ts';
import { isTopologyModeAuto } from '../../../src/model/service.ts';
import { disagreementsWith } from '../../property/advice-disagreements.ts';
import { type ExplainedPort, figuresOf } from '../../property/advice-figures.ts';
import { explainIn, type NamedSetting, oracleAdvice, settingsOf } from '../../property/advice-oracle.ts';
import { allStates, type ClusterState } from '../../property/advice-states.ts';
import type { AdviceInput } from '../../property/random-advice.ts';
import { type SenderWeights, senderWeights } from '../../property/sender-weights.ts';
import type { Oracle } from '../oracle.ts';
import { namedCaseDisagreements } from './named-cases.ts';
import { type PossibleRoutes, upstreamRoutes } from './upstream-routes.ts';

export interface AdviceComparison {
  /** Differences, one sentence each. */
  readonly found: readonly string[];
  /** Routes of a port on a node, and named figures. */
  readonly compared: number;
}

/**
 * Compares the advice for one Service with upstream's own code in every setting and every case: the routes of each node, the
 * figures that follow from them, the setting that brute force chooses by them, and the figures of the cases that the advice names.
 */
export async function compareAdvice(oracle: Oracle, input: AdviceInput, advice: Advice): Promise<AdviceComparison> {
  const { service, cluster } = input;
  const settings = settingsOf(service, cluster.facts.version.minor);
  const states = allStates(input);
  const model = explainIn(cluster.facts);
  const weightsIn = senderWeights(input);
  const upstream = new Map<ClusterState, ReadonlyMap<string, readonly ExplainedPort[]>>();
  const found: string[] = [];
  let compared = 0;
  for (const [position, state] of states.entries()) {
    const possible = await upstreamRoutes(
      oracle,
      state,
      settings.map(({ changed }) => changed),
    );
    const routes = settings.map((setting, i) => {
      const ours = model(setting.changed, state);
      compared += ours.reduce((sum, { nodes }) => sum + nodes.length, 0);
      const same = sameRoutes(possible[i] ?? [], { ours, state, setting, weightsIn });
      if (!same) found.push(routesDiffer({ setting, position, ours, possible: possible[i] ?? [] }));
      return [keyOf(setting), same ?? possible[i]?.[0] ?? []] as const;
    });
    upstream.set(state, new Map(routes));
  }
  const explain = (changed: NamedSetting['changed'], state: ClusterState) =>
    upstream.get(state)?.get(keyOf({ changed })) ?? [];
  const bruteForce = oracleAdvice(input, { states, explain });
  found.push(...disagreementsWith(bruteForce, advice), ...lossOfAdvised(advice, bruteForce));
  const named = await namedCaseDisagreements(oracle, input, advice);
  return { found: [...found, ...named.found], compared: compared + named.compared };
}

function keyOf({ changed }: Pick<NamedSetting, 'changed'>): string {
  const { internalTrafficPolicy, trafficDistribution, annotations } = changed;
  return JSON.stringify([internalTrafficPolicy, trafficDistribution, annotations]);
}

/** The promise of all advice. */
function lossOfAdvised(advice: Advice, { settings }: ReturnType<typeof oracleAdvice>): readonly string[] {
  if (advice.kind === 'none') return [];
  const advised = settings.find(({ name }) => name === settingText(advice.setting));
  if (advised && !advised.losesTraffic) return [];
  return [`${settingText(advice.setting)} is advised and loses traffic in some case`];
}

interface ModelRoutes {
  readonly ours: readonly ExplainedPort[];
  readonly state: ClusterState;
  readonly setting: NamedSetting;
  readonly weightsIn: SenderWeights;
}

/** The result of upstream that equals ours; of topology-mode Auto, which lends any endpoint of a zone, one with equal figures. */
function sameRoutes(
  possible: PossibleRoutes,
  { ours, state, setting, weightsIn }: ModelRoutes,
): PossibleRoutes[number] | null {
  const figures = (ports: readonly ExplainedPort[]) =>
    ports.map(port => {
      const { lost, inZone, busiest, ready } = figuresOf(port, state, weightsIn);
      return [port.port, ...[lost, inZone, busiest, ready].map(value => Math.round(value * 1e6))];
    });
  const view = isTopologyModeAuto(setting.changed) ? figures : routesOf;
  const own = view(ours);
  return possible.find(ports => isDeepStrictEqual(view(ports), own)) ?? null;
}

/** In a comparable form: sorted, and only with the fields that both sides have. */
function routesOf(ports: readonly ExplainedPort[]): unknown {
  const sorted = (names: readonly string[] | null) => names && [...names].sort();
  return ports.map(({ port, nodes }) => ({
    port,
    nodes: nodes
      .map(({ node, internal, cluster, local }) => {
        const { verdict, endpoints } = internal;
        return { node, verdict, endpoints: sorted(endpoints), cluster: sorted(cluster), local: sorted(local) };
      })
      .sort((a, b) => (a.node < b.node ? -1 : 1)),
  }));
}

function routesDiffer(at: {
  readonly setting: NamedSetting;
  readonly position: number;
  readonly ours: readonly ExplainedPort[];
  readonly possible: PossibleRoutes;
}): string {
  const { setting, position, ours, possible } = at;
  const upstream = possible.map(ports => JSON.stringify(routesOf(ports))).join(' or ');
  return `${setting.name}, case ${position}: ${JSON.stringify(routesOf(ours))}, upstream ${upstream}`;
}
