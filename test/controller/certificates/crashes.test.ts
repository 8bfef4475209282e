import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  accepts,
  CA_LIFE,
  CA_SECRET,
  CONFIGURATIONS,
  DAY,
  LEAF_SECRET,
  MUTATING,
  VALIDATING,
  World,
} from './fake-cluster.ts';

const CRASH = new Error('the process was killed');

interface Crash {
  /** Of the writes of one installation: CA, two configurations, leaf. */
  readonly write: 1 | 2 | 3 | 4;
  /** Before the write, or after it without an answer. */
  readonly when: 'before' | 'after';
}

/** Reconciles with a process that crashes, and then with a new process without its memory. */
async function settleThrough(world: World, { write, when }: Crash): Promise<void> {
  const { before, after } = world.store;
  let writes = 0;
  const count = () => {
    if (++writes === write) throw CRASH;
  };
  if (when === 'before') world.store.before = async kind => kind === 'write' && count();
  else {
    world.store.after = written => {
      after(written);
      count();
    };
  }
  await expect(world.settle()).rejects.toBe(CRASH);
  Object.assign(world.store, { before, after });
  world.start();
  await world.settle();
}

const CRASHES = ([1, 2, 3, 4] as const).flatMap(write => [
  { write, when: 'before' as const },
  { write, when: 'after' as const },
]);

describe.each(CRASHES)('a crash $when write $write', crash => {
  test('of a first installation is repaired by the next process', async () => {
    const world = new World();
    await settleThrough(world, crash);
    expect(world.bundles().every(bundle => accepts(bundle, world.leaf()))).toBe(true);
    expect(world.rejections()).toEqual([]);
  });

  test('of a rotation is repaired, and no leaf is ever rejected', async () => {
    const world = new World();
    await world.settle();
    world.pass((CA_LIFE * 2) / 3);
    await settleThrough(world, crash);
    expect(world.leaves).toHaveLength(2);
    expect(world.rejections()).toEqual([]);
  });
});

const GARBAGE = { data: { 'tls.crt': 'AAAA', 'tls.key': 'AAAA', 'ca.crt': 'AAAA', 'ca.key': 'AAAA' } };
const DISTURBANCES: Readonly<Record<string, (world: World) => void>> = {
  'CA deleted': world => world.store.remove(CA_SECRET),
  'leaf deleted': world => world.store.remove(LEAF_SECRET),
  'both Secrets deleted': world => {
    world.store.remove(CA_SECRET);
    world.store.remove(LEAF_SECRET);
  },
  'CA corrupted': world => world.store.put(CA_SECRET, { ...world.store.peek(CA_SECRET), ...GARBAGE }),
  'leaf corrupted': world => world.store.put(LEAF_SECRET, { ...world.store.peek(LEAF_SECRET), ...GARBAGE }),
  'caBundle emptied': world => world.register(VALIDATING, ''),
  'caBundle replaced': world => world.register(MUTATING, Buffer.from('nonsense').toString('base64')),
  'configuration deleted': world => world.store.remove(MUTATING),
  'configurations created again': world => {
    for (const path of CONFIGURATIONS) world.register(path);
  },
  'process restarted': world => void world.start(),
  'a month passes': world => world.pass(30 * DAY),
};

test.each(Object.keys(DISTURBANCES))('%s: is repaired, and earlier leaves in use are still accepted', async name => {
  const world = new World();
  await world.settle();
  DISTURBANCES[name]?.(world);
  await world.settle();
  expect(stillRefused(world)).toEqual([]);
});

test('after any sequence of crashes every unexpired leaf is accepted in the end', async () => {
  const disturbance = fc.constantFrom(...Object.keys(DISTURBANCES));
  await fc.assert(
    fc.asyncProperty(fc.array(disturbance, { minLength: 2, maxLength: 7 }), async names => {
      const world = new World();
      await world.settle();
      for (const name of names) {
        DISTURBANCES[name]?.(world);
        await world.settle();
        expect(stillRefused(world)).toEqual([]);
      }
    }),
    { numRuns: 15 },
  );
}, 60_000);

function stillRefused(world: World): readonly number[] {
  return world.leaves.flatMap(({ certificate }, index) => {
    const ended = certificate.notAfter <= world.now;
    return ended || world.bundles().every(bundle => accepts(bundle, certificate)) ? [] : [index];
  });
}
