import type { Advice, CaseRef, SettingResult } from '../../../src/engine/advice/advice.ts';
import { isScaled } from '../../../src/engine/advice/cases.ts';
import { settingText, withSetting } from '../../../src/engine/advice/setting.ts';
import type { Scenario } from '../../../src/topology/scenarios/scenario.ts';
import { figuresIn, readyEndpoints, type ServiceFigures } from '../../property/advice-figures.ts';
import { type ClusterState, todaysState, withoutNodes, withoutPods } from '../../property/advice-states.ts';
import type { AdviceInput } from '../../property/random-advice.ts';
import { senderWeights } from '../../property/sender-weights.ts';
import type { Oracle } from '../oracle.ts';
import { upstreamRoutes } from './upstream-routes.ts';

interface NamedFigure {
  readonly what: string;
  readonly value: number;
  readonly in: CaseRef;
  readonly from: (figures: ServiceFigures) => number;
}

/** Where a figure that the advice names differs from that of upstream's code in the very case that it names. */
export async function namedCaseDisagreements(
  oracle: Oracle,
  input: AdviceInput,
  advice: Advice,
): Promise<{ readonly found: readonly string[]; readonly compared: number }> {
  const { service, cluster } = input;
  const weightsIn = senderWeights(input);
  const found: string[] = [];
  const today = todaysState(cluster);
  let compared = 0;
  for (const result of advice.results) {
    const own = withSetting(service, result.setting);
    const routesIn = async (state: ClusterState) => (await upstreamRoutes(oracle, state, [own]))[0] ?? [];
    const [routes = []] = await routesIn(today);
    const readyToday = readyEndpoints(routes, today);
    for (const figure of namedFigures(result)) {
      compared++;
      const state = {
        ...stateUnder(today, figure.in.scenarios),
        ...(isScaled(figure.in) && { scaled: true as const }),
      };
      const possible = (await routesIn(state)).map(ports =>
        figure.from(figuresIn(ports, { state, weightsIn, readyToday })),
      );
      if (possible.some(value => Math.abs(value - figure.value) < 1e-4)) continue;
      const when = JSON.stringify(figure.in.scenarios);
      found.push(`${settingText(result.setting)}, ${figure.what} in ${when}: ${figure.value}, upstream ${possible}`);
    }
  }
  return { found, compared };
}

function namedFigures({ today, worst, rejected }: SettingResult): readonly NamedFigure[] {
  const todays = { in: { kind: 'today', scenarios: [] } } as const;
  const figures: NamedFigure[] = [
    { ...todays, what: 'lost today', value: today.lost, from: ({ lost }) => lost },
    { ...todays, what: 'in its zone today', value: today.inZone, from: ({ inZone }) => inZone },
  ];
  if (worst) {
    figures.push({ ...worst.inZone, what: 'in its zone at worst', from: ({ inZone }) => inZone });
    if (worst.busiest) figures.push({ ...worst.busiest, what: 'busiest at worst', from: ({ busiest }) => busiest });
  }
  if (rejected?.kind === 'loses-traffic') {
    figures.push({ what: 'lost', value: rejected.share, in: rejected.in, from: ({ lost }) => lost });
  }
  if (rejected?.kind === 'overloads') {
    const { factor: value, times } = rejected;
    const from = (one: ServiceFigures) => (times === 'pods-left' ? one.busiest : one.busiestOfToday);
    figures.push({ what: 'overload', value, in: rejected.in, from });
  }
  return figures;
}

/** Applies the scenarios of advice without the code under test. */
function stateUnder(today: ClusterState, scenarios: readonly Scenario[]): ClusterState {
  return scenarios.reduce((state, scenario) => {
    const addresses = state.slices.flatMap(({ endpoints }) => endpoints).map(({ address }) => address);
    switch (scenario.kind) {
      case 'pod-lost':
        return withoutPods(state, new Set([scenario.address]));
      case 'node-down':
        return withoutNodes(state, ({ name }) => name === scenario.node);
      case 'zone-down':
        return withoutNodes(state, ({ zone }) => zone === scenario.zone);
      case 'rollout':
        return withoutPods(state, new Set(scenario.away));
      case 'scale':
        return withoutPods(state, new Set(addresses.filter(address => !scenario.staying?.includes(address))));
      default:
        throw new Error(`advice names a scenario that is not compared: ${scenario.kind}`);
    }
  }, today);
}
