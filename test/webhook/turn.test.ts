import { setImmediate as endOfTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Turn } from '../../src/legacy/server-turn.ts';
import { allTold } from './harness.ts';

function turnOf(now: () => number = () => 0) {
  const did: string[] = [];
  const turn = new Turn<string>(now, told => did.push(`told ${told}`));
  const ask = (name: string) =>
    turn
      .ask(() => {
        did.push(`judged ${name}`);
        turn.leave(name);
        return name;
      })
      .then(answer => did.push(`answered ${answer}`));
  return { turn, did, ask };
}

test('a burst begins with its first request and ends with the turn of the loop', async () => {
  let now = 0;
  const { turn } = turnOf(() => now);
  expect(turn.since()).toBe(0);
  now = 700;
  expect(turn.since()).toBe(0);
  await endOfTurn();
  expect(turn.since()).toBe(700);
});

test('what came in one turn is judged when all of it is there, then answered, then told', async () => {
  const { did, ask } = turnOf();
  ask('a');
  ask('b');
  expect(did).toEqual([]);
  await allTold();
  expect(did).toEqual(['judged a', 'judged b', 'answered a', 'answered b', 'told a', 'told b']);
});

test('where judging takes long, answers leave in between', async () => {
  let now = 0;
  const { did, ask } = turnOf(() => now++);
  for (const name of 'abcdefgh') ask(name);
  await expect.poll(() => did.length).toBe(24);
  expect(did.indexOf('answered a')).toBeLessThan(did.indexOf('judged h'));
  expect(did.filter(what => what.startsWith('judged'))).toEqual([...'abcdefgh'].map(name => `judged ${name}`));
});

test('who asks while others are judged is judged in the next turn', async () => {
  const { turn, did, ask } = turnOf();
  void turn.ask(() => void ask('second'));
  ask('first');
  await allTold();
  await allTold();
  expect(did.filter(what => what.startsWith('judged'))).toEqual(['judged first', 'judged second']);
});

test('what was answered is told before long, however much is asked meanwhile', async () => {
  const { did, ask } = turnOf();
  for (let i = 0; i < 150; i++) {
    ask(`${i}`);
    await endOfTurn();
  }
  expect(did.filter(what => what.startsWith('told')).length).toBeGreaterThanOrEqual(85);
});

test('a failure is its own only', async () => {
  const { turn, did, ask } = turnOf();
  const failing = turn.ask(() => {
    throw new Error('broken');
  });
  ask('a');
  await expect(failing).rejects.toThrow('broken');
  await allTold();
  expect(did).toContain('answered a');
});

test('what is left without a question, as after a wait for Pods, is told', async () => {
  const { turn, did } = turnOf();
  turn.leave('late');
  await allTold();
  expect(did).toEqual(['told late']);
});
