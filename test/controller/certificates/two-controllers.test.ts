import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SelfManaged } from '../../../src/controller/certificates/self-managed.ts';
import { isConflict, type ObjectApi } from '../../../src/kube/writer/api-writer.ts';
import { CA_LIFE, CA_SECRET, DAY, LEAF_LIFE, LEAF_SECRET, PROPAGATION, World } from './fake-cluster.ts';

const SIGNAL = new AbortController().signal;

/** Steps that may be due for two processes at the same time, if both act as leader. */
const OCCASIONS: Readonly<Record<string, (world: World) => void>> = {
  'a CA due for renewal': world => world.pass((CA_LIFE * 2) / 3),
  'a leaf due for renewal': world => world.pass((LEAF_LIFE * 2) / 3),
  'the CA deleted': world => world.store.remove(CA_SECRET),
  'the leaf deleted': world => world.store.remove(LEAF_SECRET),
};

/** One pass: steps until nothing is due. */
async function pass(controller: SelfManaged): Promise<number> {
  for (let turn = 0; turn < 40; turn++) {
    try {
      const step = await controller.advance(SIGNAL);
      if (step.do === 'wait') return step.millis;
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
  }
  throw new Error('never done');
}

test.each(Object.keys(OCCASIONS))(
  'two concurrent controllers with %s, in any order of their calls: every leaf is accepted, and no step remains',
  async occasion => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async scheduler => {
        const world = new World();
        await world.settle();
        world.pass(DAY);
        OCCASIONS[occasion]?.(world);
        const both = [world.start(), world.start()];
        world.store.before = (kind, path) => scheduler.schedule(Promise.resolve(), `${kind} ${path}`);
        for (let round = 0; round < 3; round++) {
          await scheduler.waitFor(Promise.all(both.map(pass)));
          world.pass(PROPAGATION);
        }
        const waits = await scheduler.waitFor(Promise.all(both.map(pass)));
        expect(Math.min(...waits)).toBeGreaterThan(PROPAGATION);
        expect(world.rejections()).toEqual([]);
      }),
      { numRuns: 8 },
    );
  },
);

test('a controller that was paused between two reads cannot write back a caBundle that another has replaced', async () => {
  const world = new World();
  await world.settle();
  world.pass(DAY);
  const resume = Promise.withResolvers<void>();
  let reads = 0;
  const { store } = world;
  const slow: ObjectApi = {
    // Two objects are read concurrently, then the other two: the pause is in between.
    read: async path => {
      if (++reads > 2) await resume.promise;
      return store.read(path);
    },
    create: (collection, object) => store.create(collection, object),
    replace: (path, object) => store.replace(path, object),
  };
  const stale = world.start(slow).advance(SIGNAL);
  await new Promise(resolve => setImmediate(resolve));
  world.store.remove(CA_SECRET);
  world.start();
  expect(await world.settle()).toEqual(['make-authority', 'publish', 'make-leaf']);
  resume.resolve();
  await expect(stale).rejects.toMatchObject({ status: 409 });
  expect(world.rejections()).toEqual([]);
});
