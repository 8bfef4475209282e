import { describe, expect, test } from 'vitest';
import { Deadline, parseTimeout } from '../../src/admission/deadline.ts';

describe('?timeout= is a Go duration, in milliseconds', () => {
  test.each([
    ['2s', 2000],
    ['10s', 10_000],
    ['1.5s', 1500],
    ['500ms', 500],
    ['0s', 0],
    ['1s500ms', 1500],
    ['0m7s', 7000],
  ])('%s is %i', (text, millis) => {
    expect(parseTimeout(text)).toBe(millis);
  });

  test.each([
    ['a minute and a half', '1m30s'],
    ['more than a timer can hold', '999999h'],
    ['more than a number can hold', `${'9'.repeat(400)}s`],
  ])('%s is limited to the maximum of a webhook', (_what, text) => {
    expect(parseTimeout(text)).toBe(30_000);
  });

  test.each([undefined, '', '2', 's', '-2s', '2 s', '1e3s', 'two', '2s;', [['2s', '3s']], 5, null])(
    '%j is not a timeout, so the default of the API server applies',
    text => {
      expect(parseTimeout(text)).toBe(10_000);
    },
  );
});

describe('a response is sent before the API server times out', () => {
  test.each([
    [10_000, 9850],
    [2000, 1850],
    [200, 100],
    [50, 25],
  ])('of %i ms, %i are for the evaluation', (timeout, budget) => {
    let now = 1_000_000;
    const deadline = new Deadline(timeout, () => now);
    expect(deadline.remainingMs).toBe(budget);
    now += budget - 1;
    expect(deadline.expired).toBe(false);
    now += 1;
    expect([deadline.expired, deadline.remainingMs]).toEqual([true, 0]);
    now += 60_000;
    expect([deadline.expired, deadline.remainingMs]).toEqual([true, 0]);
  });
});

test('a timeout of 0 has expired immediately', () => {
  expect(new Deadline(0, () => 5)).toMatchObject({ expired: true, remainingMs: 0 });
});
