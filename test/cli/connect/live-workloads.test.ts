import { expect, test } from 'vitest';
import { withWorkloads } from '../../../src/cli/connect/live-workloads.ts';
import { FACTS, topology } from '../../support/builders.ts';

const loaded = {
  topology: topology([]),
  facts: FACTS,
  namespace: 'default',
  versionFrom: 'cluster' as const,
  errors: [],
};

test('warns that the workloads cannot be read and continues without them', async () => {
  const list = () => {
    throw new Error('deployments.apps is forbidden\u001b');
  };
  let err = '';
  const cluster = await withWorkloads(loaded, { list }, { err: text => (err += text) });
  expect(cluster.topology.workloads('shop')).toEqual([]);
  expect(err).toBe('zonewise: the workloads could not be read: deployments.apps is forbidden\\u001b\n');
});
