import { describe, expect, test } from 'vitest';
import { NODES } from '../../src/cluster/live/resources.ts';
import { listAll } from '../../src/kube/reflector/pager.ts';
import { ObjectStore } from '../../src/kube/reflector/store.ts';
import { StringTable } from '../../src/kube/reflector/string-interner.ts';
import { Turns } from '../../src/runtime/time-slice-2.ts';
import { connectTo, startCluster } from '../kube/client.ts';
import { PATHS } from '../kube/fake-cluster.ts';
import { node } from '../kube/objects.ts';
import { reflectNodes } from '../kube/reflector/reflector-fixture.ts';
import { FakeClock } from '../support/fake-clock.ts';

/** Counts iterations of the event loop until it is stopped. */
function countTurns() {
  let turns = 0;
  let counting = true;
  const count = () => {
    turns++;
    if (counting) setImmediate(count);
  };
  setImmediate(count);
  return {
    get turns() {
      return turns;
    },
    stop: () => {
      counting = false;
    },
  };
}

/** A clock on which every reading takes a millisecond, so that a time slice holds only a few objects. */
function slowTurns(): Turns {
  let now = 0;
  return new Turns(() => now++);
}

describe('time slices', () => {
  test('are expired before the first one, and again when their time has passed', async () => {
    let now = 100;
    const turns = new Turns(() => now);
    expect(turns.over).toBe(true);
    await turns.next();
    expect(turns.over).toBe(false);
    now += 1_000;
    expect(turns.over).toBe(true);
  });

  test('are granted one after the other to concurrent tasks', async () => {
    const turns = new Turns();
    const counter = countTurns();
    const seen = await Promise.all([1, 2, 3].map(() => turns.next().then(() => counter.turns)));
    counter.stop();
    expect(new Set(seen).size).toBe(3);
  });
});

describe('reading 300 nodes', () => {
  test('yields to the event loop in between, in a streaming list', async () => {
    const { cluster, reflector, store } = await reflectNodes({ turns: slowTurns() });
    for (let index = 0; index < 300; index++) cluster.set(PATHS.nodes, node(`n${index}`, 'zone-a'));
    const counter = countTurns();
    reflector.start();
    await reflector.status.whenSynced;
    counter.stop();
    expect(store.size).toBe(300);
    expect(counter.turns).toBeGreaterThan(60);
  });

  test('yields to the event loop in between, in pages', async () => {
    const cluster = await startCluster();
    for (let index = 0; index < 300; index++) cluster.set(PATHS.nodes, node(`n${index}`, 'zone-a'));
    const counter = countTurns();
    const client = connectTo(cluster.server.url, new FakeClock());
    const { signal } = new AbortController();
    const store = new ObjectStore<ReturnType<typeof NODES.project>>();
    const request = { resource: NODES, store, strings: new StringTable(), turns: slowTurns(), signal };
    const { objects } = await listAll(client, request);
    counter.stop();
    expect(objects.size).toBe(300);
    expect(counter.turns).toBeGreaterThan(60);
  });
});
