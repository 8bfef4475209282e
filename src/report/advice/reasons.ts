import type { AllowedLoad, CaseRef, Rejection } from '../../engine/advice/advice.ts';
import { plural } from '../../model/plural.ts';
import { workloadText } from '../../topology/scenarios/scenario.ts';
import { percent } from '../percent.ts';

/** Why a setting is not advised, as a part of a sentence. */
export function rejectionText(rejection: Rejection, allowed: AllowedLoad | null): string {
  switch (rejection.kind) {
    case 'loses-traffic':
      return `loses ${percent(rejection.share)} of the traffic ${caseText(rejection.in)}`;
    case 'overloads': {
      const limit = allowed ? ` (${allowedText(allowed)})` : '';
      return `the busiest endpoint gets ${factorText(rejection.factor)}${limit} ${caseText(rejection.in)}`;
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

export function factorText(factor: number | null): string {
  return factor === null ? 'none' : `${factor.toFixed(1)} x the mean`;
}

/** Rounded down, so that a figure above the limit never looks like it. */
export function allowedText({ factor, from }: AllowedLoad): string {
  const limit = (Math.floor(factor * 100) / 100).toFixed(1);
  return from === 'max-load' ? `${limit} allowed` : `${limit} allowed by its CPU limit and its autoscaler's target`;
}

/** When a figure holds: `when zone-b is down`. */
export function caseText({ kind, scenarios }: CaseRef): string {
  const [scenario] = scenarios;
  if (!scenario) return 'today';
  switch (scenario.kind) {
    case 'pod-lost':
      return `when the Pod ${scenario.address} is gone`;
    case 'node-down':
      return `when ${scenario.node} is down`;
    case 'zone-down':
      return `when ${scenario.zone} is down`;
    case 'drain':
      return `when ${scenario.node} is drained`;
    case 'node-added':
      return `with one more node like ${scenario.like}`;
    case 'rollout':
      return `in a rollout of ${workloadText(scenario.workload)} with ${plural(scenario.away?.length ?? 0, 'Pod')} away`;
    case 'scale':
      return kind === 'autoscaler-minimum'
        ? `at the autoscaler's minimum of ${scenario.replicas}`
        : `with ${workloadText(scenario.workload)} at ${scenario.replicas}`;
    default:
      return scenario satisfies never;
  }
}
