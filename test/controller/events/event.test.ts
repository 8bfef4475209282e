import { expect, test } from 'vitest';
import { buildEvent, type EventContent, truncateBytes, upperCamel } from '../../../src/controller/events/event.ts';
import { MAX_PUBLISHED_FINDINGS, type PublishedFinding, renderState } from '../../../src/controller/events/state.ts';
import { RULES } from '../../../src/rules/index.ts';

const NEWS: EventContent = {
  kind: 'found',
  namespace: 'shop',
  name: 'web',
  rule: 'zone-hints-blocked',
  signature: 'abc',
  note: 'something [zone-hints-blocked]',
};
const REGARDING = { uid: 'u-1', resourceVersion: '7' };
const AT = { at: Date.parse('2026-07-01T00:00:00.123Z'), instance: 'controller-1' };

const nameOf = (content: Partial<EventContent>, at = AT.at): unknown =>
  buildEvent({ ...NEWS, ...content }, REGARDING, { ...AT, at }).metadata;

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
  const event = buildEvent({ ...NEWS, name: 'n'.repeat(63), note: 'Зона недоступна '.repeat(200) }, REGARDING, {
    ...AT,
    instance: 'i'.repeat(300),
  });
  expect(Buffer.byteLength(String(event['note']))).toBeLessThanOrEqual(1024);
  expect(Buffer.byteLength(String(event['reportingInstance']))).toBeLessThanOrEqual(128);
  expect(event['note']).toMatch(/\.\.\.$/);
  expect(event['eventTime']).toBe('2026-07-01T00:00:00.123000Z');
});

test('text is cut between characters', () => {
  expect(truncateBytes('abcdef', 6)).toBe('abcdef');
  expect(truncateBytes('abcdefg', 6)).toBe('abc...');
  expect(truncateBytes('aжжж', 6)).toBe('aж...');
  expect(truncateBytes('😀😀😀', 8)).toBe('😀...');
});

test('every rule id becomes a reason in Kubernetes style', () => {
  for (const { id } of RULES) expect(upperCamel(id)).toMatch(/^[A-Z][A-Za-z0-9]{1,100}$/);
  expect(upperCamel('local-policy-uncovered-nodes')).toBe('LocalPolicyUncoveredNodes');
});

test('a full state with the longest names fits into a ConfigMap', () => {
  const rule = RULES.map(({ id }) => id).reduce((a, b) => (a.length > b.length ? a : b));
  const published: PublishedFinding = { signature: 'x'.repeat(11), since: AT.at };
  const key = (index: number) => `${'n'.repeat(63)}/${String(index).padStart(63, 's')}`;
  const publishedFindings = new Map(
    Array.from({ length: MAX_PUBLISHED_FINDINGS }, (_, index) => [key(index), new Map([[rule, published]])]),
  );
  const event = buildEvent({ ...NEWS, name: 'n'.repeat(63), note: 'x'.repeat(1024) }, REGARDING, AT);
  const data = renderState({ published: publishedFindings, outbox: new Array(20).fill(event) });
  expect(Buffer.byteLength(JSON.stringify(data))).toBeLessThan(1024 * 1024);
});
