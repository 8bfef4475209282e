import { describe, expect, test } from 'vitest';
import { compareLevels } from '../../src/model/finding.ts';
import { evaluateAs, healthyClusters, looks } from './cluster.ts';

const CLUSTERS = healthyClusters();
const AT_LEAST = 80;

test(`there are at least ${AT_LEAST} healthy Services`, () => {
  expect(CLUSTERS.reduce((sum, { services }) => sum + services, 0)).toBeGreaterThanOrEqual(AT_LEAST);
});

describe.each(CLUSTERS.map(cluster => ({ name: cluster.name, cluster })))('$name', ({ cluster }) => {
  test.each(cluster.ways)('has no warning: %s', async way => {
    const { findings } = await evaluateAs(way, cluster);
    const loud = findings.filter(({ level }) => compareLevels(level, 'warn') >= 0);
    expect(loud.map(({ object, level, message }) => `${object.namespace}/${object.name}: ${level} ${message}`)).toEqual(
      [],
    );
  });
});

test('rules evaluate the Services of most clusters and are not skipped', async () => {
  const looked = await Promise.all(CLUSTERS.map(async cluster => looks(cluster, await evaluateAs('CREATE', cluster))));
  expect(looked.filter(count => count > 0).length).toBeGreaterThan(CLUSTERS.length * 0.8);
});
