import { describe, expect, test } from 'vitest';
import { advise } from '../../src/cli/advise.ts';
import { explain } from '../../src/cli/explain.ts';
import { type AdvisedCluster, advisedCluster } from './advised-cluster.ts';
import { run } from './terminal.ts';

async function adviceFor(cluster: AdvisedCluster, ...flags: readonly string[]): Promise<string> {
  return (await run(advise, ['ns/web', '--topology', advisedCluster(cluster), ...flags])).out;
}

describe('fewer Pods by the autoscaler', () => {
  test('count at every number down to the minimum, as the minimum is rarely the worst', async () => {
    const out = await adviceFor({ pods: [4, 4, 4], autoscaler: { min: 1 } }, '--max-load', '2.9');
    expect(out).toContain('keep Cluster\n');
    expect(out).toContain(
      'PreferSameZone: the busiest endpoint gets 3.0 x the mean (2.9 allowed) when the autoscaler has removed Pods down to 9',
    );
  });

  test('are worst at a number that is compared also if there are too many to compare all', async () => {
    const out = await adviceFor({ pods: [20, 20, 20], autoscaler: { min: 3 } }, '--max-load', '13.6');
    expect(out).toContain('gets 13.7 x the mean (13.6 allowed) when the autoscaler has removed Pods down to 41');
    expect(out).toContain('at most 24 are evaluated');
  });
});

describe('the CPU limit', () => {
  const resources = { requests: { cpu: '1' }, limits: { cpu: '1350m' } };

  test("bounds an endpoint's share of the load of today's Pods, although fewer may be left", async () => {
    const out = await adviceFor({ pods: [2, 2, 2], resources, autoscaler: { min: 6 } });
    expect(out).toContain(
      "PreferSameZone: the busiest endpoint gets 2.0 x the mean of today's Pods (1.8 allowed by its CPU limit and its autoscaler's target) when the Pod 10.0.0.1 is gone",
    );
  });

  test('is shown as it is below the mean, and leaves an even load', async () => {
    const limits = { requests: { cpu: '1' }, limits: { cpu: '1' } };
    const out = await adviceFor({ pods: [2, 2, 2], resources: limits, autoscaler: { min: 6, target: 150 } });
    expect(out).toContain('keep Cluster\n');
    expect(out).toContain("(0.66 allowed by its CPU limit and its autoscaler's target)");
  });
});

test('a lost Pod of a dual-stack Service loses its addresses of both families', async () => {
  const topology = advisedCluster({ pods: [2, 2, 2], families: ['IPv4', 'IPv6'] });
  const { out } = await run(explain, ['ns/web', '--topology', topology, '--pod-lost', '10.0.0.3', '-o', 'json']);
  expect(out).not.toMatch(/10\.0\.0\.3[^0-9]/);
  expect(out).not.toMatch(/fd00::3[^0-9]/);
  expect(out).toContain('fd00::4');
});

test('a load above the limit is printed with as many digits as tell them apart', async () => {
  const out = await adviceFor({ pods: [3, 3, 3] }, '--max-load', '1.31');
  expect(out).toContain('gets 1.33 x the mean (1.31 allowed)');
});

test('traffic from outside follows trafficDistribution too under externalTrafficPolicy Cluster', async () => {
  const out = await adviceFor({ pods: [2, 2, 2], service: { type: 'NodePort' } });
  expect(out).toContain('trafficDistribution also applies to traffic from outside');
});

describe('the Kubernetes version', () => {
  test.each([
    ['v1.31.1', "Kubernetes 1.31 (assumed: from the Nodes' kubelets)", 'change to Cluster + PreferClose\n'],
    ['v1.27.9', "Kubernetes 1.28 (assumed: from the Nodes' kubelets)", 'change to Cluster + topology-mode Auto\n'],
    ['v1.99.0', "Kubernetes 1.37 (assumed: from the Nodes' kubelets)", 'change to Cluster + PreferSameZone\n'],
    ['unknown', 'Kubernetes 1.37 (assumed)', 'change to Cluster + PreferSameZone\n'],
  ])('is that of the newest kubelet if nothing tells it: %s', async (kubelet, line, advice) => {
    const out = await adviceFor({ pods: [3, 3, 3], kubelet });
    expect(out.split('\n')[1]).toBe(line);
    expect(out).toContain(advice);
  });

  test('is in the commands that check the advice where these would assume another', async () => {
    const out = await adviceFor({ pods: [3, 3, 3], kubelet: 'v1.31.1' });
    expect(out).toMatch(/check +zonewise explain .* --kubernetes-version 1\.31 /);
  });

  test('can be stated', async () => {
    const flags = ['--kubernetes-version', '1.34', '-o', 'json'];
    const { kubernetes } = JSON.parse(await adviceFor({ pods: [3, 3, 3], kubelet: 'v1.31.1' }, ...flags));
    expect(kubernetes).toEqual({ version: '1.34', from: 'stated' });
  });
});

test('hints that the slices do not have now are named, and the printed command predicts them', async () => {
  const service = { trafficDistribution: 'PreferSameZone' };
  const without = await adviceFor({ pods: [3, 3, 3], service });
  expect(without).toMatch(/check +zonewise explain ns\/web --topology \S+ --hints predicted\n/);
  expect(without).toContain('the EndpointSlices do not have the hints');
  expect(await adviceFor({ pods: [3, 3, 3], service, hinted: true })).not.toContain('predicted');
});

test('a DaemonSet keeps a Local that loses nothing today, as clients may need the Pod of their node', async () => {
  const service = { internalTrafficPolicy: 'Local' };
  const out = await adviceFor({ pods: [3, 3, 3], kind: 'DaemonSet', service });
  expect(out).toContain('no advice: internalTrafficPolicy Local may be on purpose');
});

describe('topology-mode Auto', () => {
  const annotations = { 'service.kubernetes.io/topology-mode': 'Auto' };

  test('gives way to PreferSameZone, which keeps as much today and more at worst', async () => {
    const out = await adviceFor({ pods: [3, 3, 3], annotations, hinted: true });
    expect(out).toContain('change to Cluster + PreferSameZone\n');
  });

  test('is not changed to what keeps less only because its result after a loss of several Pods is not known', async () => {
    const out = await adviceFor({ pods: [4, 4, 4], annotations, hinted: true, autoscaler: { min: 1 } });
    expect(out).toContain('no advice: too little is known');
    expect(out).toContain("today's topology-mode Auto keeps old hints");
  });
});

test('PreferClose is compared where the data plane obeys it and not its newer name', async () => {
  const flags = ['--dataplane', 'cilium@1.19,service-topology=true'];
  expect(await adviceFor({ pods: [3, 3, 3] }, ...flags)).toContain('change to Cluster + PreferClose\n');
});

describe('-o patch', () => {
  test('prints the assumptions as comments above the command', async () => {
    const out = await adviceFor({ pods: [3, 3, 3] }, '-o', 'patch');
    expect(out.split('\n').at(-2)).toMatch(/^kubectl patch service web /);
    expect(out).toMatch(/^# assumed for ns\/web: /);
  });

  test('counts the Services without advice on stderr', async () => {
    const { out, err } = await run(advise, ['--all', '--topology', advisedCluster({ pods: [1] }), '-o', 'patch']);
    expect([out, err]).toEqual(['', 'zonewise: no advice for 1 Service: ns/web; -o text says why\n']);
  });
});
