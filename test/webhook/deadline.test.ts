import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { admit } from '../../src/admission/admit.ts';
import { Deadline } from '../../src/admission/deadline.ts';
import type { PodFinder } from '../../src/admission/pending-endpoints.ts';
import { parseReview } from '../../src/admission/review.ts';
import { reviewEnvironment, reviewOf, webhook } from './harness.ts';

const never: PodFinder = { find: () => new Promise(() => {}) };

describe('with fake timers', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  test('a Pod lookup that never ends is abandoned at the deadline, not before', async () => {
    let outcome = 'waiting';
    const done = Promise.resolve(
      admit(parseReview(reviewOf()), reviewEnvironment({ pods: never }), new Deadline(2000, () => 0)),
    );
    void done.then(({ kind }) => {
      outcome = kind;
    });
    await vi.advanceTimersByTimeAsync(1849);
    expect(outcome).toBe('waiting');
    await vi.advanceTimersByTimeAsync(1);
    expect(outcome).toBe('too-late');
    expect(vi.getTimerCount()).toBe(0);
  });

  test('a lookup in time leaves no timer', async () => {
    const pods: PodFinder = { find: async () => ({ kind: 'pods', pods: [] }) };
    const { kind } = await admit(parseReview(reviewOf()), reviewEnvironment({ pods }), new Deadline(2000, () => 0));
    expect([kind, vi.getTimerCount()]).toEqual(['evaluated', 0]);
  });

  test('a lookup that fails after the deadline has no effect', async () => {
    const { promise, reject } = Promise.withResolvers<never>();
    const done = admit(
      parseReview(reviewOf()),
      reviewEnvironment({ pods: { find: () => promise } }),
      new Deadline(100, () => 0),
    );
    await vi.advanceTimersByTimeAsync(100);
    reject(new Error('reset'));
    expect((await done).kind).toBe('too-late');
  });
});

test('a missed deadline allows the request without evaluation, and is counted and logged', async () => {
  let tooLate = 0;
  const { send, log } = await webhook({ pods: never }, { onDeadlineMissed: () => void tooLate++ });
  const review = reviewOf();
  const { status, answer } = await send('/validate?timeout=200ms', review);
  expect([status, answer.response]).toEqual([200, { uid: review.request.uid, allowed: true }]);
  expect(tooLate).toBe(1);
  expect(log).toMatchObject([{ msg: 'review', outcome: 'too-late', allowed: true, rules: [] }]);
});

test('a review whose deadline has passed on arrival is not evaluated', async () => {
  let tooLate = 0;
  const { send } = await webhook({}, { onDeadlineMissed: () => void tooLate++ });
  expect((await send('/validate?timeout=0s', reviewOf())).answer.response).not.toHaveProperty('warnings');
  expect((await send('/validate?timeout=2s', reviewOf())).answer.response.warnings).toHaveLength(1);
  expect(tooLate).toBe(1);
});

test('a review that is not applicable misses no deadline', async () => {
  const { send, log } = await webhook({ pods: never });
  await send('/validate?timeout=0s', reviewOf({ request: { operation: 'DELETE' } }));
  expect(log).toMatchObject([{ outcome: 'passed-over' }]);
});
