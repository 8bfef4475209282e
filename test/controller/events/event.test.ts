import { expect, test } from 'vitest';
import { cutBytes, eventOf, type News, upperCamel } from '../../../src/controller/events/event.ts';
import { MOST_ANNOUNCED, renderRecord, type Said } from '../../../src/controller/events/state.ts';
import { RULES } from '../../../src/rules/index.ts';

const NEWS: News = {
  kind: 'found',
  namespace: 'shop',
  name: 'web',
  rule: 'zone-hints-blocked',
  signature: 'abc',
  note: 'something [zone-hints-blocked]',
};
const REGARDING = { uid: 'u-1', resourceVersion: '7' };
const AT = { at: Date.parse('2026-07-01T00:00:00.123Z'), instance: 'controller-1' };

const nameOf = (news: Partial<News>, at = AT.at): unknown =>
  eventOf({ ...NEWS, ...news }, REGARDING, { ...AT, at }).metadata;

test('equal content has the same name, other content another name', () => {
  expect(nameOf({})).toEqual(nameOf({}));
  const others = [
    nameOf({ kind: 'resolved' }),
    nameOf({ signature: 'x' }),
    nameOf({ rule: 'y' }),
    nameOf({}, AT.at + 1),
  ];
  expect(new Set([nameOf({}), ...others].map(name => JSON.stringify(name))).size).toBe(5);
});

test("fields stay within the API server's limits for any messages and names", () => {
  const event = eventOf({ ...NEWS, name: 'n'.repeat(63), note: 'Зона недоступна '.repeat(200) }, REGARDING, {
    ...AT,
    instance: 'i'.repeat(300),
  });
  expect(Buffer.byteLength(String(event['note']))).toBeLessThanOrEqual(1024);
  expect(Buffer.byteLength(String(event['reportingInstance']))).toBeLessThanOrEqual(128);
  expect(event['note']).toMatch(/\.\.\.$/);
  expect(event['eventTime']).toBe('2026-07-01T00:00:00.123000Z');
});

test('text is cut between characters', () => {
  expect(cutBytes('abcdef', 6)).toBe('abcdef');
  expect(cutBytes('abcdefg', 6)).toBe('abc...');
  expect(cutBytes('aжжж', 6)).toBe('aж...');
  expect(cutBytes('😀😀😀', 8)).toBe('😀...');
});

test('every rule id becomes a reason in Kubernetes style', () => {
  for (const { id } of RULES) expect(upperCamel(id)).toMatch(/^[A-Z][A-Za-z0-9]{1,100}$/);
  expect(upperCamel('local-policy-uncovered-nodes')).toBe('LocalPolicyUncoveredNodes');
});

test('a full state with the longest names fits into a ConfigMap', () => {
  const rule = RULES.map(({ id }) => id).reduce((a, b) => (a.length > b.length ? a : b));
  const said: Said = { signature: 'x'.repeat(11), since: AT.at };
  const key = (index: number) => `${'n'.repeat(63)}/${String(index).padStart(63, 's')}`;
  const announced = new Map(
    Array.from({ length: MOST_ANNOUNCED }, (_, index) => [key(index), new Map([[rule, said]])]),
  );
  const event = eventOf({ ...NEWS, name: 'n'.repeat(63), note: 'x'.repeat(1024) }, REGARDING, AT);
  const data = renderRecord({ announced, outbox: new Array(20).fill(event) });
  expect(Buffer.byteLength(JSON.stringify(data))).toBeLessThan(1024 * 1024);
});
