import { describe, expect, test } from 'vitest';
import { compareLevels } from '../../src/model/finding.ts';
import type { HealthyCluster, Way } from './cluster.ts';
import { evaluateAs, healthyClusters } from './cluster.ts';
import { DISTURBANCES, disturbed } from './disturbance.ts';

describe.each(healthyClusters().map(cluster => ({ name: cluster.name, cluster })))('$name', ({ cluster }) => {
  test.each(DISTURBANCES)('has no warning when a node %s', async what => {
    const ways = cluster.ways.filter(way => way === 'CREATE' || way === 'audit');
    const results = await Promise.all(disturbed(cluster, what).map(one => warnings(one, ways)));
    expect(results.flat()).toEqual([]);
  });
});

async function warnings(cluster: HealthyCluster, ways: readonly Way[]): Promise<readonly string[]> {
  const results = await Promise.all(ways.map(way => evaluateAs(way, cluster)));
  const loud = results.flatMap(({ findings }) => findings).filter(({ level }) => compareLevels(level, 'warn') >= 0);
  return loud.map(({ object, message }) => `${object.name}: ${message}`);
}
