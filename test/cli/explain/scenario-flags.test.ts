import { describe, expect, test } from 'vitest';
import { explain } from '../../../src/cli/explain.ts';
import { SAMPLE_CLUSTER } from '../../../src/cli/sample.ts';
import { run } from '../terminal.ts';

async function explained(...args: readonly string[]): Promise<string> {
  return (await run(explain, ['shop/web', '--topology', SAMPLE_CLUSTER, ...args])).out;
}

describe('explain under scenarios', () => {
  test('shows the endpoints that are left and the hints that the controller writes then', async () => {
    const out = await explained('--zone-down', 'zone-b');
    expect(out).toContain('port http 80/TCP IPv4: 4 ready endpoints');
    expect(out).toContain('hints (predicted): zone-a 2, zone-c 2');
    expect(out).toContain('shares of 6 client nodes');
  });

  test('says which Pods it assumes', async () => {
    const out = await explained('--scale', 'deploy/web=1', '--set', 'spec.trafficDistribution=');
    expect(out).toContain('1 ready endpoints');
    expect(out).toContain('assumed: which 5 Pods of deployment/web go is not known; shown is the most uneven case');
  });

  test('has what it assumes and cannot tell in JSON', async () => {
    const { services } = JSON.parse(await explained('--drain', 'worker-a1', '-o', 'json'));
    expect(services[0].scenario).toEqual({
      assumed: ['new Pods of deployment/web in zone-a come up on its nodes with the fewest of them'],
      unknown: [],
    });
  });

  test.each([
    [['--drain', 'worker-a9'], '--drain worker-a9: no such node in this cluster; did you mean worker-a1?'],
    [['--node-down', 'worker-a9'], '--node-down worker-a9: no such node in this cluster; did you mean worker-a1?'],
    [['--zone-down', 'zone-d'], '--zone-down zone-d: no node is in this zone; did you mean zone-a?'],
    [['--scale', 'deploy/wep=1'], 'no Deployment shop/wep in this cluster; did you mean deployment/web?'],
    [['--scale', 'deploy/web=-1'], '"-1" is not a number from 0 to 100000'],
    [['--scale', 'deploy/web'], 'expected KIND/NAME=N'],
    [['--scale', 'pod/web=1'], 'with KIND one of deploy, sts, ds, rs'],
    [['--scale', 'ds/search=1'], 'a DaemonSet has no replicas'],
    [['--scale', 'deploy/cart=min'], 'no HorizontalPodAutoscaler of deployment/cart in this cluster'],
    [['--scale', 'deploy/web=2@10.244.1.11'], '2 Pods stay, but 1 addresses are given'],
    [['--pod-lost', '10.244.1.99'], '--pod-lost 10.244.1.99: no endpoint has this address; did you mean 10.244.1.11?'],
    [['--rollout', 'deploy/web@'], 'expected addresses of Pods, separated by commas'],
  ])('rejects %j', async (args, message) => {
    await expect(explained(...args)).rejects.toThrow(message);
  });
});
