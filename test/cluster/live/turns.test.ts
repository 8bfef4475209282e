import { describe, expect, it } from 'vitest';
import { listAll } from '../../../src/cluster/live/list.ts';
import { ObjectStore } from '../../../src/cluster/live/object-store.ts';
import { NODES } from '../../../src/cluster/live/resources.ts';
import { StringTable } from '../../../src/cluster/live/string-table.ts';
import { Turns } from '../../../src/cluster/live/turns.ts';
import { connectTo, startCluster } from './client.ts';
import { FakeClock } from './fake-clock.ts';
import { PATHS } from './fake-cluster.ts';
import { node } from './objects.ts';
import { reflectNodes } from './reflector-fixture.ts';

/** Counts turns of the event loop until it is told to stop. */
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

/** A clock on which every look takes a millisecond, so that a turn is over after a few objects. */
function slowTurns(): Turns {
  let now = 0;
  return new Turns(() => now++);
}

describe('turns', () => {
  it('are over before the first, and again when their time has passed', async () => {
    let now = 100;
    const turns = new Turns(() => now);
    expect(turns.over).toBe(true);
    await turns.next();
    expect(turns.over).toBe(false);
    now += 1_000;
    expect(turns.over).toBe(true);
  });

  it('come one after the other to those who work in parallel', async () => {
    const turns = new Turns();
    const counter = countTurns();
    const seen = await Promise.all([1, 2, 3].map(() => turns.next().then(() => counter.turns)));
    counter.stop();
    expect(new Set(seen).size).toBe(3);
  });
});

describe('whoever reads 300 nodes', () => {
  it('lets the event loop do other things between them, in a streaming list', async () => {
    const { cluster, reflector, store } = await reflectNodes({ turns: slowTurns() });
    for (let index = 0; index < 300; index++) cluster.set(PATHS.nodes, node(`n${index}`, 'zone-a'));
    const counter = countTurns();
    reflector.start();
    await reflector.status.whenSynced;
    counter.stop();
    expect(store.size).toBe(300);
    expect(counter.turns).toBeGreaterThan(60);
  });

  it('lets the event loop do other things between them, in pages', async () => {
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
