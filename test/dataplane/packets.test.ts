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
import type { Observation } from './measure/measure.ts';
import { measure } from './measure/measure.ts';
import { requirements } from './requirements.ts';
import type { Snapshot } from './topologies/snapshot.ts';
import { takeSnapshot } from './topologies/snapshot.ts';
import { buildWorld, PLANS } from './topologies/world.ts';

/** Far more than it takes: some forty seconds on two cores. */
const LONGEST_MS = 600_000;

const assets = await requirements();

describe.skipIf(assets === null)('what real packets do under kube-proxy is what the model says', () => {
  let lab: Lab | undefined;
  let snapshot: Snapshot;
  let explanations: readonly ServiceExplanation[];
  let observations: readonly Observation[];
  let health: readonly Observation[];
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
  }, LONGEST_MS);
  afterAll(() => lab?.stop());

  test.each(PLANS.map(plan => plan.name))('%s', name => {
    const explanation = explanations.find(candidate => candidate.name === name);
    const own = observations.filter(({ service }) => service === name);
    expect(own.length).toBeGreaterThanOrEqual(2 * NODES.length);
    expect(disagreements(own)).toEqual([]);
    expect(explanation && classDisagreements(explanation, own)).toEqual([]);
  });

  test('every mode, verdict and reason that kube-proxy knows was met by packets', () => {
    const tried = observations.flatMap(observation => {
      const explanation = explanations.find(({ name }) => name === observation.service);
      const route = explanation ? routeOf(explanation, observation) : null;
      return route === null ? [] : [{ trafficClass: observation.trafficClass, route }];
    });
    expect(untried(tried)).toEqual([]);
  });

  test('a health check port says 200 on exactly the nodes with a ready endpoint of their own', () => {
    const answers = new Set(health.flatMap(({ expected }) => expected));
    expect(answers.size).toBe(2);
    expect(disagreements(health)).toEqual([]);
  });

  test('the hints that the model predicts are those that the controller wrote', () => {
    const predicted = explainAll(snapshot, 'predicted');
    expect(predicted.map(hintCounts)).toEqual(explanations.map(hintCounts));
  });

  test('the command line says the same of the same cluster', () => {
    expect(sorted(byCommand)).toEqual(sorted(explanations));
  });

  test('the cluster stood still while packets were sent', () => {
    expect(later.fingerprint).toBe(snapshot.fingerprint);
  });
});

function sorted(explanations: readonly ServiceExplanation[]): readonly ServiceExplanation[] {
  const key = ({ namespace, name }: ServiceExplanation): string => `${namespace}/${name}`;
  return explanations.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}
