import { describe, expect, test } from 'vitest';
import { canonicalIP, familyOf, joinHostPort } from '../../src/model/ip.ts';

describe('addresses are compared as Go prints them', () => {
  test.each([
    ['10.0.0.1', '10.0.0.1'],
    ['010.000.0.01', '10.0.0.1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:db8::0001', '2001:db8::1'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['2001:db8:0:1:0:0:0:1', '2001:db8:0:1::1'],
    ['2001:0:0:1:0:0:1:1', '2001::1:0:0:1:1'],
    ['2001:db8:1:0:1:1:1:1', '2001:db8:1:0:1:1:1:1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::ffff:0a00:0001', '10.0.0.1'],
    ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
  ])('%s is %s', (text, expected) => {
    expect(canonicalIP(text)).toBe(expected);
  });
});

test.each(['', 'web', '10.0.0', '10.0.0.256', '1:2:3', '::1::', '12345::', 'fe80::1%eth0'])(
  '"%s" is not an address and is returned unchanged',
  text => {
    expect(canonicalIP(text)).toBe(text);
  },
);

test('kube-proxy names endpoints with the port, IPv6 in brackets', () => {
  expect(joinHostPort('10.0.0.1', 80)).toBe('10.0.0.1:80');
  expect(joinHostPort('fd00::1', 80)).toBe('[fd00::1]:80');
});

test('an address with a colon is IPv6', () => {
  expect([familyOf('10.0.0.1'), familyOf('fd00::1')]).toEqual(['IPv4', 'IPv6']);
});
