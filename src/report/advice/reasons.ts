import type { AllowedLoad, CaseRef, MeanOf, Rejection } from '../../engine/advice/advice.ts';
import { plural } from '../../model/plural.ts';
import { type Scenario, workloadText } from '../../topology/scenarios/scenario.ts';
import { percent } from '../percent.ts';

/** Why a setting is not advised, as a part of a sentence. */
export function rejectionText(rejection: Rejection, allowed: AllowedLoad | null): string {
  switch (rejection.kind) {
    case 'loses-traffic':
      if (rejection.share === 0)
        return `a node that sends nothing now would lose its traffic ${caseText(rejection.in)}`;
      return `loses ${percent(rejection.share)} of the traffic ${caseText(rejection.in)}`;
    case 'overloads': {
      const { factor, times, in: ref } = rejection;
      if (!allowed) return `the busiest endpoint gets ${factorText(factor)}${meanText(times)} ${caseText(ref)}`;
      const limit = times === 'pods-left' ? allowed.maxLoad : (allowed.cpuLimit ?? allowed.factor);
      const digits = digitsFor(factor, limit);
      return `the busiest endpoint gets ${factorText(factor, digits)}${meanText(times)} (${downTo(limit, digits)} allowed${whyLimited(times)}) ${caseText(ref)}`;
    }
    case 'not-established':
      return `what it does on some nodes is not known ${caseText(rejection.in)}`;
    case 'depends-on-old-hints':
      return 'topology-mode Auto keeps old hints, so its result after several Pods went is not known';
    case 'too-many-variants':
      return 'there are too many combinations of Pods to compare them all';
    case 'less-in-zone':
      return `keeps ${percent(rejection.share)} of the traffic in its zone`;
    case 'less-on-node':
      return `keeps ${percent(rejection.share)} of the traffic on its node`;
    case 'no-better':
      return 'brings no more';
    default:
      return rejection satisfies never;
  }
}

export function factorText(factor: number | null, digits = 1): string {
  return factor === null ? 'none' : `${factor.toFixed(digits)} x the mean`;
}

/** Of how many Pods the mean is; nothing for those that get the traffic. */
export function meanText(times: MeanOf): string {
  return times === 'todays-pods' ? " of today's Pods" : '';
}

/** The limit of the load, if it is not --max-load. */
export function whyLimited(times: MeanOf): string {
  return times === 'todays-pods' ? " by its CPU limit and its autoscaler's target" : '';
}

const MAX_DIGITS = 4;

/** As many digits as a figure above the limit needs to look different from it. */
function digitsFor(factor: number, limit: number): number {
  for (let digits = limit < 1 ? 2 : 1; digits < MAX_DIGITS; digits++) {
    if (factor.toFixed(digits) !== downTo(limit, digits)) return digits;
  }
  return MAX_DIGITS;
}

/** Rounded down, with more digits below 1. */
export function downTo(limit: number, digits = limit < 1 ? 2 : 1): string {
  const unit = 10 ** Math.max(digits, 1);
  return (Math.floor(limit * unit + 1e-6) / unit).toFixed(digits);
}

/** When a figure holds: `when zone-b is down`. */
export function caseText({ kind, scenarios }: CaseRef): string {
  const [scenario] = scenarios;
  if (!scenario) return 'today';
  if (scenario.kind === 'rollout') return `in ${scenarioText(scenario)}`;
  if (scenario.kind !== 'scale') return `when ${scenarioText(scenario)}`;
  return kind === 'autoscaler-minimum'
    ? `at the autoscaler's minimum of ${scenario.replicas}`
    : `when the autoscaler has removed Pods down to ${scenario.replicas}`;
}

/** The change of a scenario: `zone-b is down`. */
export function scenarioText(scenario: Scenario): string {
  switch (scenario.kind) {
    case 'pod-lost':
      return `the Pod ${scenario.address} is gone`;
    case 'node-down':
      return `${scenario.node} is down`;
    case 'zone-down':
      return `${scenario.zone} is down`;
    case 'drain':
      return `${scenario.node} is drained`;
    case 'node-added':
      return `there is one more node like ${scenario.like}`;
    case 'rollout': {
      const away = scenario.away === null ? '' : ` with ${plural(scenario.away.length, 'Pod')} away`;
      return `a rollout of ${workloadText(scenario.workload)}${away}`;
    }
    case 'scale': {
      const { workload, replicas } = scenario;
      const pods = typeof replicas === 'number' ? plural(replicas, 'Pod') : `its autoscaler's ${replicas}`;
      return `${workloadText(workload)} has ${pods}`;
    }
    default:
      return scenario satisfies never;
  }
}
