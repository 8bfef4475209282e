import { expect, test } from 'vitest';
import { ReportPlanner } from '../../../src/controller/reports/planner.ts';

test('a change waits until it has lasted ten seconds, and at most a minute', () => {
  const planner = new ReportPlanner();
  planner.change('shop', 0);
  expect(planner.due(9_999)).toEqual([]);
  expect(planner.due(10_000)).toEqual(['shop']);
  for (let at = 5_000; at <= 55_000; at += 5_000) planner.change('shop', at);
  expect(planner.due(59_999)).toEqual([]);
  expect(planner.due(60_000)).toEqual(['shop']);
});

test('a comparison with the cluster is due immediately', () => {
  const planner = new ReportPlanner();
  planner.check('shop', 7);
  expect(planner.due(7)).toEqual(['shop']);
});

test('the namespace that waits longest comes first, and a rejected one goes to the end', () => {
  const planner = new ReportPlanner();
  for (const [at, namespace] of ['a', 'b', 'c'].entries()) planner.check(namespace, at);
  planner.take('a');
  planner.retry('a', 3, 1_000);
  expect(planner.due(3)).toEqual(['b', 'c']);
  expect(planner.due(1_003)).toEqual(['b', 'c', 'a']);
});

test('a change during the delay of a rejected write does not end the delay', () => {
  const planner = new ReportPlanner();
  planner.retry('shop', 0, 300_000);
  planner.change('shop', 1_000);
  expect(planner.due(299_999)).toEqual([]);
  expect(planner.due(300_000)).toEqual(['shop']);
});

test('a change while a report is being written is written afterwards', () => {
  const planner = new ReportPlanner();
  planner.check('shop', 0);
  planner.take('shop');
  expect([planner.size, planner.due(0)]).toEqual([0, []]);
  planner.change('shop', 5);
  expect(planner.due(10_005)).toEqual(['shop']);
});
