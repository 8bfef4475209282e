import { expect, test } from 'vitest';
import { matchesSelector, parseLabelSelector } from '../../src/model/label-selector.ts';

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
])('the selector "%s" matches: %s', (text, expected) => {
  const selector = parseLabelSelector(text);
  expect(selector).not.toBeNull();
  expect(selector && matchesSelector(selector, LABELS)).toBe(expected);
});

test.each(['pool in web', 'a b', '=web', 'pool=web,,spot', 'pool in (a', '!', ','])('"%s" is not a selector', text => {
  expect(parseLabelSelector(text)).toBeNull();
});
