import type { Node } from '../../model/node.ts';
import type { Service } from '../../model/service.ts';
import type { ClusterFacts } from '../../model/topology.ts';
import { assignmentOf } from '../../topology/data-plane.ts';
import { NodeSet } from '../../topology/node-set.ts';
import type { PortRouting } from '../../topology/port-routing.ts';
import { nodeChanges, nodesUnder } from '../../topology/scenarios/nodes-under.ts';
import type { AllowedLoad, Rejection, SettingResult, WorstFigure } from './advice.ts';
import type { AdviceCase } from './cases.ts';
import { isOpenWhichPodsGo, isScaled } from './cases.ts';
import { MIN_GAIN } from './choose.ts';
import type { Outcome, OutcomeInput, TodaysOutcome } from './outcome.ts';
import { outcomeIn, portKey, routingsIn, todaysOutcome } from './outcome.ts';
import type { Setting } from './setting.ts';
import { withSetting } from './setting.ts';

export interface SettingsInput {
  readonly service: Service;
  readonly facts: ClusterFacts;
  readonly nodes: readonly Node[];
  readonly nodeSet: NodeSet;
  /** The ports that have endpoints today; others are not set up yet. */
  readonly ports: ReadonlySet<string>;
  readonly allowed: AllowedLoad;
  /** The first is today. Read as far as a setting needs them. */
  readonly cases: Iterable<AdviceCase>;
  /** A setting that keeps less in its zone is compared by today's figures only. */
  readonly minInZone: number;
}

/**
 * The results of the settings. Those that keep most traffic in their zone come first, each until a case rejects it; when one
 * passes all cases, settings that keep less are compared by today's figures only.
 */
export function evaluateSettings(settings: readonly Setting[], input: SettingsInput): readonly SettingResult[] {
  const evaluations = settings.map(setting => new SettingEvaluation(setting, input));
  let safe = input.minInZone;
  for (const evaluation of evaluations.toSorted((a, b) => b.today.inZone - a.today.inZone)) {
    if (evaluation.today.inZone <= safe - MIN_GAIN) {
      evaluation.reject({ kind: 'less-in-zone', share: evaluation.today.inZone });
      continue;
    }
    evaluation.run();
    if (evaluation.isSafe) safe = Math.max(safe, evaluation.today.inZone);
  }
  return evaluations.map(evaluation => evaluation.result());
}

class SettingEvaluation {
  readonly today: TodaysOutcome;
  readonly #setting: Setting;
  readonly #service: Service;
  readonly #input: SettingsInput;
  readonly #todaysSlices: AdviceCase['slices'];
  #todaysRouting: readonly PortRouting[] | null = null;
  #inZone: WorstFigure | null = null;
  #busiest: WorstFigure | null = null;
  #busiestOfToday: WorstFigure | null = null;
  #readyToday: ReadonlyMap<string, number> | null = null;
  #rejected: Rejection | null = null;

  constructor(setting: Setting, input: SettingsInput) {
    this.#setting = setting;
    this.#input = input;
    this.#service = withSetting(input.service, setting);
    const [today] = input.cases;
    if (!today) throw new Error('there is always the case of today');
    this.#todaysSlices = today.slices;
    this.today = todaysOutcome(this.#outcomeInput(today));
    this.#add(today, this.today);
  }

  get isSafe(): boolean {
    return this.#rejected === null;
  }

  /** The first reason counts: `#add` looks at lost traffic before it looks at loads. */
  reject(rejection: Rejection): void {
    this.#rejected ??= rejection;
  }

  run(): void {
    for (const one of this.#input.cases) {
      if (this.#rejected) return;
      this.#rejectUncertain(one);
      if (!this.#rejected) this.#add(one, outcomeIn(this.#outcomeInput(one)));
    }
  }

  result(): SettingResult {
    const [inZone, busiest, busiestOfToday] = [this.#inZone, this.#busiest, this.#busiestOfToday];
    const worst = this.#rejected === null && inZone ? { inZone, busiest, busiestOfToday } : null;
    return { setting: this.#setting, today: this.today, worst, rejected: this.#rejected };
  }

  /**
   * Rejects a setting whose worst variant of the case is not known. topology-mode Auto keeps old hints, so its result depends
   * on which Pods went before; PreferSameNode depends on single nodes.
   */
  #rejectUncertain(one: AdviceCase): void {
    if (this.#setting.topologyModeAuto && isOpenWhichPodsGo(one)) this.#rejected = { kind: 'depends-on-old-hints' };
    else if (this.#setting.trafficDistribution === 'PreferSameNode' && !one.isExact) {
      this.#rejected = { kind: 'too-many-variants' };
    }
  }

  #add({ kind, scenarios }: AdviceCase, outcome: Outcome): void {
    const { known, lost, isLossy, inZone, busiest, busiestOfToday } = outcome;
    const ref = { kind, scenarios };
    if (!known) this.#rejected = { kind: 'not-established', in: ref };
    else if (isLossy) this.#rejected = { kind: 'loses-traffic', share: lost, in: ref };
    else this.#rejected = overload(outcome, { allowed: this.#input.allowed, ref });
    if (busiestOfToday !== null && busiestOfToday > (this.#busiestOfToday?.value ?? 0))
      this.#busiestOfToday = { value: busiestOfToday, in: ref };
    if (inZone < (this.#inZone?.value ?? Number.POSITIVE_INFINITY)) this.#inZone = { value: inZone, in: ref };
    if (busiest !== null && busiest > (this.#busiest?.value ?? 0)) this.#busiest = { value: busiest, in: ref };
  }

  #outcomeInput(one: AdviceCase): OutcomeInput {
    const ports = this.#routing(one);
    this.#readyToday ??= new Map(ports.map(port => [portKey(port), port.index.ready.length]));
    return { ports, clients: one.clients, readyToday: isScaled(one) ? null : this.#readyToday };
  }

  /** Cases that only remove nodes without endpoints share today's routing, except with topology-mode Auto, which reads Nodes. */
  #routing(one: AdviceCase): readonly PortRouting[] {
    if (one.slices !== this.#todaysSlices || this.#setting.topologyModeAuto) return this.#route(one);
    this.#todaysRouting ??= this.#route(one);
    return this.#todaysRouting;
  }

  #route(one: AdviceCase): readonly PortRouting[] {
    const { facts, ports, nodeSet } = this.#input;
    const nodes = this.#setting.topologyModeAuto ? this.#nodesIn(one) : nodeSet;
    return routingsIn(one.slices, { service: this.#service, facts, nodes, ports });
  }

  #nodesIn({ scenarios }: AdviceCase): NodeSet {
    const { nodes, nodeSet, facts } = this.#input;
    const under = nodesUnder(nodes, nodeChanges(scenarios));
    return under === nodes ? nodeSet : new NodeSet(under, assignmentOf(facts));
  }
}

const ROUNDING = 1e-6;

/** An even load is never too much: no setting makes it smaller. */
function overload(
  { busiest, busiestOfToday }: Outcome,
  { allowed, ref }: { readonly allowed: AllowedLoad; readonly ref: WorstFigure['in'] },
): Rejection | null {
  if (busiest === null || busiest <= 1 + ROUNDING) return null;
  if (busiest > allowed.maxLoad + ROUNDING) {
    return { kind: 'overloads', factor: busiest, times: 'pods-left', in: ref };
  }
  const isOverLimit =
    allowed.cpuLimit !== null && busiestOfToday !== null && busiestOfToday > allowed.cpuLimit + ROUNDING;
  return isOverLimit ? { kind: 'overloads', factor: busiestOfToday, times: 'todays-pods', in: ref } : null;
}
