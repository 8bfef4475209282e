import { Deadline } from '../../src/admission/deadline.ts';
import { parseReview } from '../../src/admission/review.ts';
import { admitChange } from '../../src/admission/workloads/admit-change.ts';
import { EvaluationCache } from '../../src/engine/evaluation-cache.ts';
import { DEFAULT_POLICY } from '../../src/engine/policy.ts';
import type { Finding } from '../../src/model/finding.ts';
import { matchesLabels } from '../../src/model/selector.ts';
import { RULES } from '../../src/rules/index.ts';
import { TimeSlicer } from '../../src/runtime/time-slice.ts';
import { dataPlanes, FACTS } from '../support/builders.ts';
import type { RandomWorkload } from './random-workload.ts';
import { randomWorkload } from './random-workload.ts';
import { type Expected, expectedOf, isAllowed } from './workload-oracle.ts';

const facts = { ...FACTS, dataPlanes: dataPlanes('kube-proxy') };

async function findingsOf({ review, topology }: RandomWorkload): Promise<readonly Finding[]> {
  const environment = {
    rules: RULES,
    topology: () => topology,
    facts: () => facts,
    policy: () => DEFAULT_POLICY,
    cache: new EvaluationCache(),
    slicer: new TimeSlicer(),
    denies: () => false,
  };
  const outcome = await admitChange(parseReview(review), environment, new Deadline(10_000, () => 0));
  if (outcome.kind !== 'evaluated') return [];
  const [failure] = outcome.evaluation.failures;
  if (failure) throw failure.error;
  return outcome.evaluation.findings;
}

type Place = 'nodes' | 'zones';

/** The places of an outcome without a Pod that had a ready one before. */
function lostIn(outcome: Expected['before'], { before }: Expected, places: Place): readonly string[] {
  const without = places === 'nodes' ? before.nodesNotReady : before.zonesNotReady;
  return [...outcome[places]].filter(place => !without.has(place));
}

/** True if every outcome loses at least `count` such places. */
function isWorse(
  expected: Expected,
  outcomes: Expected['lasting'],
  [places, count]: readonly [Place, number],
): boolean {
  return outcomes.every(outcome => lostIn(outcome, expected, places).length >= count);
}

function isTrue({ rule, message }: Finding, expected: Expected): boolean {
  const isPassing = message.startsWith('until ') || message.startsWith('evicting ');
  const outcomes = isPassing ? expected.passing : expected.lasting;
  const [, atLeast, count = '1', total = '1'] = / (at least )?(\d+) of (\d+) /.exec(message) ?? [];
  // One node or zone keeps an endpoint in most cases: the largest number is not called the least one.
  const isExact = atLeast === undefined && Number(count) < Number(total) - 1;
  const named =
    / \(([^)]*)\)/
      .exec(message)?.[1]
      ?.replace(/ and \d+ more/, '')
      .split(', ') ?? [];
  const hasNamed = (places: Place) =>
    outcomes.every(outcome => named.every(name => lostIn(outcome, expected, places).includes(name)));
  const hasNumber = (places: Place) =>
    isWorse(expected, outcomes, [places, Number(count)]) &&
    (!isExact || outcomes.every(outcome => lostIn(outcome, expected, places).length === Number(count)));
  switch (rule) {
    case 'last-endpoint-lost':
      return !expected.before.noEndpoint && outcomes.every(({ noEndpoint }) => noEndpoint);
    case 'local-policy-uncovered-nodes':
      return hasNumber('nodes') && hasNamed('nodes');
    case 'zone-without-endpoints':
      return hasNumber('zones') && hasNamed('zones');
    case 'endpoint-overload':
      return isOverloaded(message, expected, outcomes);
    default:
      return false;
  }
}

/** The warning has the zone, and the load that each outcome has. */
function isOverloaded(message: string, { before }: Expected, outcomes: Expected['lasting']): boolean {
  const [, zone = '', factor] = / \((\w+)\), ([\d.]+) x the mean/.exec(message) ?? [];
  const load = Number(factor);
  return (
    (before.load.get(zone) ?? 0) < load && outcomes.every(one => Math.abs((one.load.get(zone) ?? 0) - load) < 0.06)
  );
}

/** The warnings about a random change that some outcome of it belies, and the losses of every outcome that are not reported. */
export async function workloadDisagreements(seed: number): Promise<readonly string[]> {
  const input = randomWorkload(seed);
  const expected = expectedOf(input);
  const findings = await findingsOf(input);
  const isSameNode = input.service.trafficDistribution === 'PreferSameNode';
  // The oracle knows no loads of nodes.
  const known = findings.filter(({ rule }) => !(isSameNode && rule === 'endpoint-overload'));
  const reported = new Set(findings.map(({ rule }) => rule));
  return [
    ...known.filter(finding => !isTrue(finding, expected)).map(({ message }) => `seed ${seed}: false: ${message}`),
    ...requiredRules(input, expected)
      .filter(rule => !reported.has(rule))
      .map(rule => `seed ${seed}: missing: ${rule}`),
  ];
}

/** True if every outcome of the random change loses something. */
export function losesForCertain(seed: number): boolean {
  const input = randomWorkload(seed);
  return requiredRules(input, expectedOf(input)).length > 0;
}

/** The rules that must report the change, as every outcome has the loss. */
function requiredRules({ service, change, pods, nodes }: RandomWorkload, expected: Expected): readonly string[] {
  // Pods on nodes that the old template excludes may stay, and a node that is added to a pool of one may be anywhere.
  const allowed = nodes.filter(isAllowed);
  const isOpen = (name: string) => allowed.some(node => node.name === name);
  const isCertain =
    change.kind !== 'place' || allowed.filter(({ labels }) => matchesLabels(change.selector, labels)).length > 1;
  if (!isCertain || (change.kind === 'place' && !pods.every(pod => pod.owner !== 'web' || isOpen(pod.node)))) return [];
  const { before, lasting, passing } = expected;
  const outcomes = change.kind === 'evict' || change.kind === 'cordon' ? passing : lasting;
  const noEndpoint = !before.noEndpoint && outcomes.every(one => one.noEndpoint);
  if (noEndpoint) return ['last-endpoint-lost'];
  const anyEndpoint = outcomes.every(one => !one.noEndpoint);
  if (!anyEndpoint || before.noEndpoint) return [];
  if (service.internalTrafficPolicy === 'Local' && isWorse(expected, outcomes, ['nodes', 1]))
    return ['local-policy-uncovered-nodes'];
  const isZonal = service.trafficDistribution === 'PreferSameZone';
  return isZonal && lasting.length > 0 && isWorse(expected, lasting, ['zones', 1]) ? ['zone-without-endpoints'] : [];
}
