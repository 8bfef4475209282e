import { describe, expect, test } from 'vitest';
import { NODES } from '../../src/cluster/live/resources.ts';
import { listAll } from '../../src/kube/reflector/pager.ts';
import { Store } from '../../src/kube/reflector/store.ts';
import { StringInterner } from '../../src/kube/reflector/string-interner.ts';
import { systemTimeSource, TimeSlicer } from '../../src/runtime/time-slice.ts';
import { connectTo, startCluster } from '../kube/client.ts';
import { PATHS } from '../kube/fake-cluster.ts';
import { node } from '../kube/objects.ts';
import { reflectNodes } from '../kube/reflector/reflector-fixture.ts';
import { FakeClock } from '../support/fake-clock.ts';

/** Counts iterations of the event loop until it is stopped. */
function countIterations() {
  let iterations = 0;
  let counting = true;
  const count = () => {
    iterations++;
    if (counting) setImmediate(count);
  };
  setImmediate(count);
  return {
    get iterations() {
      return iterations;
    },
    stop: () => {
      counting = false;
    },
  };
}

/** Every call of the stopwatch takes a millisecond, so that a slice expires after a few objects. */
function shortSlices(): TimeSlicer {
  let now = 0;
  return new TimeSlicer({ ...systemTimeSource, stopwatch: () => now++ });
}

describe('TimeSlicer', () => {
  test('is expired before the first slice and after the end of each', async () => {
    let now = 100;
    const slicer = new TimeSlicer({ ...systemTimeSource, stopwatch: () => now });
    expect(slicer.expired).toBe(true);
    await slicer.yieldToEventLoop();
    expect(slicer.expired).toBe(false);
    now += 1_000;
    expect(slicer.expired).toBe(true);
  });

  test('gives parallel callers separate slices', async () => {
    const slicer = new TimeSlicer();
    const counter = countIterations();
    const seen = await Promise.all([1, 2, 3].map(() => slicer.yieldToEventLoop().then(() => counter.iterations)));
    counter.stop();
    expect(new Set(seen).size).toBe(3);
  });
});

describe('a list of 300 nodes', () => {
  test('yields to the event loop in a streaming list', async () => {
    const { cluster, reflector, store } = await reflectNodes({ timeSlicer: shortSlices() });
    for (let index = 0; index < 300; index++) cluster.set(PATHS.nodes, node(`n${index}`, 'zone-a'));
    const counter = countIterations();
    reflector.start();
    await reflector.status.whenSynced;
    counter.stop();
    expect(store.size).toBe(300);
    expect(counter.iterations).toBeGreaterThan(60);
  });

  test('yields to the event loop in pages', async () => {
    const cluster = await startCluster();
    for (let index = 0; index < 300; index++) cluster.set(PATHS.nodes, node(`n${index}`, 'zone-a'));
    const counter = countIterations();
    const client = connectTo(cluster.server.url, new FakeClock());
    const { signal } = new AbortController();
    const store = new Store<ReturnType<typeof NODES.project>>();
    const request = { resource: NODES, store, strings: new StringInterner(), timeSlicer: shortSlices(), signal };
    const { objects } = await listAll(client, request);
    counter.stop();
    expect(objects.size).toBe(300);
    expect(counter.iterations).toBeGreaterThan(60);
  });
});
