import { expect, test } from 'vitest';
import { FairSlots } from '../../src/runtime/fair-slots.ts';

const never = new AbortController().signal;

function started(slots: FairSlots, order: string[], key: string, name = key): void {
  void slots.take(key, never)?.then(() => order.push(name));
}

const settle = () => new Promise(resolve => setImmediate(resolve));

test('a free slot goes to each waiting key in turn', async () => {
  const slots = new FairSlots({ total: 1, perKey: 1, waitingPerKey: 5 });
  const order: string[] = [];
  for (const [key, name] of [
    ['a', 'a1'],
    ['a', 'a2'],
    ['a', 'a3'],
    ['b', 'b1'],
    ['b', 'b2'],
    ['c', 'c1'],
  ] as const)
    started(slots, order, key, name);
  for (const key of ['a', 'a', 'b', 'c', 'a']) {
    await settle();
    slots.release(key);
  }
  await settle();
  expect(order).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2']);
});

test('a key has its own limits for calls in progress and waiting', async () => {
  const slots = new FairSlots({ total: 4, perKey: 2, waitingPerKey: 1 });
  const order: string[] = [];
  for (const name of ['a1', 'a2', 'a3']) started(slots, order, 'a', name);
  expect(slots.take('a', never)).toBeNull();
  started(slots, order, 'b');
  await settle();
  expect(order).toEqual(['a1', 'a2', 'b']);
});

test('a call that stops waiting frees its place', async () => {
  const slots = new FairSlots({ total: 1, perKey: 1, waitingPerKey: 1 });
  await slots.take('a', never);
  const stop = new AbortController();
  const waiting = slots.take('b', stop.signal);
  stop.abort(new Error('too late'));
  await expect(waiting).rejects.toThrow('too late');
  const order: string[] = [];
  started(slots, order, 'b', 'b2');
  slots.release('a');
  await settle();
  expect(order).toEqual(['b2']);
});
