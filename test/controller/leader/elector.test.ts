import { expect, test } from 'vitest';
import { asObject } from '../../../src/model/raw.ts';
import { FakeStore } from '../../kube/writer/fake-object-api.ts';
import { Candidate, LEASE, pass } from './election.ts';

const SECOND = 1_000;

function twoCandidates(): { store: FakeStore; a: Candidate; b: Candidate; both: readonly Candidate[] } {
  const store = new FakeStore();
  const a = new Candidate(store, 'a');
  const b = new Candidate(store, 'b');
  return { store, a, b, both: [a, b] };
}

const leaseOf = (store: FakeStore) => asObject(store.peek(LEASE)?.spec);
const works = (candidates: readonly Candidate[]) => candidates.map(candidate => candidate.works);

test('one of two candidates leads, for as long as it renews', async () => {
  const { store, both } = twoCandidates();
  await pass(120 * SECOND, both);
  expect(works(both)).toEqual([true, false]);
  expect(leaseOf(store)).toMatchObject({ holderIdentity: 'a', leaseDurationSeconds: 15, leaseTransitions: 0 });
  expect(leaseOf(store).renewTime).toMatch(/T\d\d:\d\d:\d\d\.\d{6}Z$/);
  expect(both.map(({ elector }) => [elector.isLeader, elector.leaderObserved])).toEqual([
    [true, true],
    [false, true],
  ]);
});

test('a stopping leader has ended its work and released the lease, and the other leads at its next attempt', async () => {
  const { store, a, both } = twoCandidates();
  await pass(10 * SECOND, both);
  a.stopsAfter = 3 * SECOND;
  a.stop();
  await pass(2_900, both);
  expect([works(both), leaseOf(store).holderIdentity]).toEqual([[true, false], 'a']);
  await pass(2_600, both);
  expect(works(both)).toEqual([false, true]);
  expect(leaseOf(store)).toMatchObject({ holderIdentity: 'b', leaseTransitions: 1 });
});

test('a leader that vanishes is replaced when its lease has expired, not before', async () => {
  const { a, b, both } = twoCandidates();
  await pass(10 * SECOND, both);
  expect(a.works).toBe(true);
  await pass(14_000, [b]);
  expect(b.works).toBe(false);
  a.works = false;
  await pass(5_000, [b]);
  expect(b.works).toBe(true);
});

test.each(['refused', 'silent'] as const)(
  'a leader whose API server is %s stops after ten seconds, before another starts, and leads again later',
  async network => {
    const { a, both } = twoCandidates();
    await pass(10 * SECOND, both);
    a.network = network;
    await pass(7_900, both);
    expect(works(both)).toEqual([true, false]);
    await pass(2_200, both);
    expect(works(both)).toEqual([false, false]);
    await pass(10 * SECOND, both);
    expect(works(both)).toEqual([false, true]);
    expect(a.log.lines.map(({ message }) => message).join()).toContain('could not be renewed in time');
    a.network = 'up';
    both[1]?.stop();
    await pass(4 * SECOND, both);
    expect(works(both)).toEqual([true, false]);
  },
);

test("a single unanswered request does not end a leader's term", async () => {
  const { a, both } = twoCandidates();
  await pass(10 * SECOND, both);
  a.network = 'silent';
  await pass(3 * SECOND, both);
  a.network = 'up';
  await pass(60 * SECOND, both);
  expect([works(both), a.log.lines.map(({ message }) => message)]).toEqual([
    [true, false],
    ['elected leader', 'the lease could not be read or written'],
  ]);
});

test('a leader whose lease is taken stops at its next renewal', async () => {
  const { store, a, both } = twoCandidates();
  await pass(10 * SECOND, both);
  const lease = store.peek(LEASE) ?? {};
  store.put(LEASE, { ...lease, spec: { ...asObject(lease.spec), holderIdentity: 'c' } });
  await pass(2_100, both);
  expect(a.works).toBe(false);
  expect(a.log.lines).toContainEqual({ level: 'error', message: 'leadership lost', fields: { holder: 'c' } });
});

test('work that does not stop ends the process, and the lease is not released', async () => {
  const { store, a, both } = twoCandidates();
  await pass(10 * SECOND, both);
  a.stopsAfter = 3_600 * SECOND;
  a.stop();
  await pass(6 * SECOND, both);
  expect(await a.done).toMatchObject({ code: 'work-goes-on' });
  expect(leaseOf(store).holderIdentity).toBe('a');
});

test('a lease deleted under the leader is created again, and never do two work', async () => {
  const { store, both } = twoCandidates();
  for (let round = 0; round < 5; round++) {
    await pass(7_300, both);
    store.remove(LEASE);
  }
  await pass(20 * SECOND, both);
  expect(works(both).filter(Boolean)).toHaveLength(1);
});

test("a conflicting write to the lease does not end a leader's term", async () => {
  const { store, both } = twoCandidates();
  let refused = 0;
  await pass(10 * SECOND, both);
  store.before = async kind => {
    // Another client sets a label between the leader's read and its write, once.
    if (kind === 'write' && refused++ === 0) store.put(LEASE, store.peek(LEASE) ?? {});
  };
  await pass(10 * SECOND, both);
  expect([works(both), refused > 1]).toEqual([[true, false], true]);
});

test('a leader with a wrong wall clock stays leader: the times in the lease are informational', async () => {
  const { store, both } = twoCandidates();
  await pass(10 * SECOND, both);
  const lease = store.peek(LEASE) ?? {};
  store.put(LEASE, { ...lease, spec: { ...asObject(lease.spec), renewTime: '1999-01-01T00:00:00.000000Z' } });
  await pass(100, both);
  expect(works(both)).toEqual([true, false]);
});
