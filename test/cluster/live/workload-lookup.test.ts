import { expect, test } from 'vitest';
import { WorkloadLookup } from '../../../src/cluster/live/workload-lookup.ts';
import { FakeClock } from '../../support/fake-clock.ts';

function deployment(name: string): object {
  return { metadata: { namespace: 'shop', name }, spec: { replicas: 2 } };
}

function lookup(list: (path: string) => AsyncGenerator<unknown>) {
  const clock = new FakeClock();
  const paths: string[] = [];
  const own = new WorkloadLookup(path => {
    paths.push(path);
    return list(path);
  }, clock);
  return { own, clock, paths };
}

async function* one(path: string): AsyncGenerator<unknown> {
  if (path.endsWith('/deployments')) yield deployment('web');
}

test('reads the workloads of the namespace alone, and again after ten seconds', async () => {
  const { own, clock, paths } = lookup(one);
  const [first, second] = await Promise.all([own.find('shop'), own.find('shop')]);
  expect(first).toMatchObject({ workloads: [{ kind: 'Deployment', name: 'web' }], unknownBecause: null });
  expect(second).toBe(first);
  expect(paths.sort()).toEqual([
    '/apis/apps/v1/namespaces/shop/daemonsets',
    '/apis/apps/v1/namespaces/shop/deployments',
    '/apis/apps/v1/namespaces/shop/statefulsets',
    '/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers',
  ]);
  clock.advance(9_999);
  await own.find('shop');
  expect(paths).toHaveLength(4);
  clock.advance(1);
  await own.find('shop');
  expect(paths).toHaveLength(8);
  expect(clock.pending()).toEqual([]);
});

test('says why there are none: an error, no answer in time, too many', async () => {
  const forbidden = lookup(() => {
    throw new Error('403: forbidden');
  });
  const none = { workloads: [] };
  expect(await forbidden.own.find('shop')).toEqual({
    ...none,
    unknownBecause: 'the workloads could not be read: 403: forbidden',
  });

  const silent = lookup(async function* () {
    await new Promise(() => {});
    yield {};
  });
  const waiting = silent.own.find('shop');
  silent.clock.advance(5_000);
  expect(await waiting).toEqual({ ...none, unknownBecause: 'the workloads could not be read: no answer within 5 s' });

  const many = lookup(async function* () {
    for (let i = 0; i < 20_000; i++) yield deployment(`web-${i}`);
  });
  expect((await many.own.find('shop')).unknownBecause).toContain('more than 10000 workloads');
});
