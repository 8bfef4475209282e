import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ServiceExplanation } from '../../src/topology/explain.ts';
import type { Lab } from './environment/environment.ts';
import { startLab } from './environment/environment.ts';
import { NODES } from './environment/nodes.ts';
import { explainByCommand } from './measure/command-line.ts';
import {
  classDisagreements,
  disagreements,
  expectationsOf,
  explainAll,
  hintCounts,
  routeOf,
} from './measure/compare.ts';
import { report, untried } from './measure/coverage.ts';
import { healthExpectations } from './measure/health.ts';
import type { Measurement } from './measure/measure.ts';
import { measure } from './measure/measure.ts';
import { requirements } from './requirements.ts';
import { buildWorld, PLANS } from './topologies/built-topology.ts';
import type { Snapshot } from './topologies/snapshot.ts';
import { takeSnapshot } from './topologies/snapshot.ts';

/** Upper bound; the run takes about forty seconds on two cores. */
const MAX_MS = 600_000;

const assets = await requirements();

describe.skipIf(assets === null)('the model predicts the routes of real packets under kube-proxy', () => {
  let lab: Lab | undefined;
  let snapshot: Snapshot;
  let explanations: readonly ServiceExplanation[];
  let observations: readonly Measurement[];
  let health: readonly Measurement[];
  let later: Snapshot;
  let byCommand: readonly ServiceExplanation[];

  beforeAll(async () => {
    if (assets === null) return;
    lab = await startLab(assets);
    await buildWorld(lab);
    snapshot = await takeSnapshot(lab.controlPlane);
    explanations = explainAll(snapshot);
    const began = Date.now();
    observations = await measure(
      lab,
      explanations.flatMap(explanation => expectationsOf(explanation, snapshot)),
    );
    health = await measure(lab, healthExpectations(snapshot));
    later = await takeSnapshot(lab.controlPlane);
    byCommand = await explainByCommand(snapshot, lab.folder);
    process.stderr.write(report(observations, Date.now() - began));
  }, MAX_MS);
  afterAll(() => lab?.stop());

  test.each(PLANS.map(plan => plan.name))('for %s', name => {
    const explanation = explanations.find(candidate => candidate.name === name);
    const own = observations.filter(({ service }) => service === name);
    expect(own.length).toBeGreaterThanOrEqual(2 * NODES.length);
    expect(disagreements(own)).toEqual([]);
    expect(explanation && classDisagreements(explanation, own)).toEqual([]);
  });

  test('for every mode, verdict and reason of kube-proxy', () => {
    const tried = observations.flatMap(observation => {
      const explanation = explanations.find(({ name }) => name === observation.service);
      const route = explanation ? routeOf(explanation, observation) : null;
      return route === null ? [] : [{ trafficClass: observation.trafficClass, route }];
    });
    expect(untried(tried)).toEqual([]);
  });

  test('for health check ports, which return 200 exactly on nodes with a ready local endpoint', () => {
    const answers = new Set(health.flatMap(({ expected }) => expected));
    expect(answers.size).toBe(2);
    expect(disagreements(health)).toEqual([]);
  });

  test('with the hints that the controller wrote', () => {
    const predicted = explainAll(snapshot, 'predicted');
    expect(predicted.map(hintCounts)).toEqual(explanations.map(hintCounts));
  });

  test('on the command line too', () => {
    expect(sorted(byCommand)).toEqual(sorted(explanations));
  });

  test('for a cluster that did not change while packets were sent', () => {
    expect(later.fingerprint).toBe(snapshot.fingerprint);
  });
});

function sorted(explanations: readonly ServiceExplanation[]): readonly ServiceExplanation[] {
  const key = ({ namespace, name }: ServiceExplanation): string => `${namespace}/${name}`;
  return explanations.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}
