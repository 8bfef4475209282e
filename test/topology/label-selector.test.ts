import { expect, test } from 'vitest';
import { labelSelectorError, matchesSelector, parseLabelSelector } from '../../src/model/label-selector.ts';

const LABELS = { pool: 'web', 'topology.kubernetes.io/zone': 'zone-a', spot: '' };

test.each([
  ['', true],
  ['pool=web', true],
  ['pool==web', true],
  ['pool = web', true],
  ['pool=api', false],
  ['pool!=api', true],
  ['pool!=web', false],
  ['absent!=web', true],
  ['pool in (web, api)', true],
  ['pool in (api)', false],
  ['pool notin (web)', false],
  ['absent notin (web)', true],
  ['spot', true],
  ['!spot', false],
  ['! absent', true],
  ['absent', false],
  ['spot=', true],
  ['pool in (web,api),!absent,topology.kubernetes.io/zone=zone-a', true],
  ['pool in (web,api),absent', false],
  ['spot in (a,)', true],
  ['pool in (,web)', true],
  ['in.example.com/in=a', false],
])('the selector "%s" matches: %s', (text, expected) => {
  const selector = parseLabelSelector(text);
  expect(selector).not.toBeNull();
  expect(selector && matchesSelector(selector, LABELS)).toBe(expected);
});

test.each([
  ['pool in web', 'expected (, found "web"'],
  ['a b', 'expected =, ==, !=, in, notin or a comma, found "b"'],
  ['=web', 'expected a label key, found "="'],
  ['pool=web,,spot', 'expected a label key, found ","'],
  ['pool=web,', 'expected a label key, found the end'],
  ['pool in (a', 'expected a comma or ), found the end'],
  ['pool in (a b)', 'expected a comma or ), found "b"'],
  ['pool=web api', 'expected a comma, found "api"'],
  ['pool=a=b', 'expected a comma, found "="'],
  ['cpu>4', 'expected =, ==, !=, in, notin or a comma, found ">"'],
  ['!', 'expected a label key, found the end'],
  [',', 'expected a label key, found ","'],
  ['pool=größe', 'expected a label value, found "größe"'],
  [`pool=${'x'.repeat(64)}`, `expected a label value, found "${'x'.repeat(64)}"`],
  ['-pool', 'expected a label key, found "-pool"'],
  ['x'.repeat(2049), 'it is longer than 2048 characters'],
])('"%s" is not a selector: %s', (text, error) => {
  expect(parseLabelSelector(text)).toBeNull();
  expect(labelSelectorError(text)).toBe(error);
});

test('has no error for a selector', () => {
  expect(labelSelectorError('pool in (web, api),!spot')).toBeNull();
});
