import { describe, expect, onTestFinished, test } from 'vitest';
import { connectCluster } from '../../../src/cluster/live/connect.ts';
import { statedDataPlanes } from '../../../src/config/data-planes.ts';
import { KubeconfigError, StoppedError } from '../../../src/kube/client/errors.ts';
import { errorMessageWithCause } from '../../../src/runtime/errors.ts';
import { recordLog, startCluster, writeKubeconfig } from '../../kube/client.ts';
import { sendJson } from '../../kube/fake-api-server.ts';
import { PATHS } from '../../kube/fake-cluster.ts';
import { node } from '../../kube/objects.ts';
import { dataPlanes } from '../../support/builders.ts';
import { until } from '../../support/until.ts';

describe('connecting to a cluster', () => {
  test('returns topology, facts and Pod lookups, ready once lists and facts are complete', async () => {
    const fake = await startCluster();
    fake.set(PATHS.nodes, node('n1', 'zone-a'));
    let release = () => {};
    fake.server.scripts.unshift(({ path, response }) => {
      if (path !== '/version') return undefined;
      release = () => sendJson(response, { gitVersion: 'v1.35.1' });
      return true;
    });
    const { log } = recordLog();
    const cluster = await connectCluster({
      kubeconfigPath: writeKubeconfig(fake.server.url),
      log,
      stated: statedDataPlanes(['cilium@1.19'], ''),
    });
    onTestFinished(() => cluster.stop());
    await cluster.topology.whenSynced;
    expect(cluster.ready).toBe(false);
    await until('the version request', () => fake.calls('/version').length === 1);
    release();
    await cluster.whenReady;
    expect(cluster.ready).toBe(true);
    expect(cluster.topology.nodes()).toHaveLength(1);
    expect(cluster.problems()).toEqual(new Map());
    const { now, topologyAgeSeconds, ...facts } = cluster.facts();
    expect(facts).toEqual({
      version: { minor: 35 },
      dataPlanes: dataPlanes('cilium@1.19'),
    });
    expect(now).toBeGreaterThan(Date.parse('2020-01-01'));
    expect(topologyAgeSeconds).toBeLessThan(60);
  });

  test('fails immediately without credentials', async () => {
    const { log } = recordLog();
    await expect(connectCluster({ kubeconfigPath: '/nowhere', log })).rejects.toThrow(KubeconfigError);
  });

  test('waits for an unavailable server, reports it, and ends when stopped', async () => {
    const fake = await startCluster();
    await fake.server.stop();
    const { log } = recordLog();
    const cluster = await connectCluster({ kubeconfigPath: writeKubeconfig(fake.server.url), log });
    await until('five problems', () => cluster.problems().size === 5);
    expect(errorMessageWithCause(cluster.problems().get('facts'))).toContain('ECONNREFUSED');
    await cluster.stop();
    await expect(cluster.whenReady).rejects.toThrow(StoppedError);
  });
});
