import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { trafficSchema } from '../../src/model/traffic-schema.ts';

const text = (minor: number) => JSON.stringify(trafficSchema(minor));

test('the schema is plain data and survives JSON', () => {
  for (let minor = 28; minor <= 37; minor++) expect(JSON.parse(text(minor))).toEqual(trafficSchema(minor));
});

describe('versions differ exactly where upstream changed', () => {
  // Versions without an oracle (32, 35, 36) lie between two that have one and agree.
  test.each([
    [28, 27, true],
    [29, 28, false],
    [30, 29, false],
    [31, 30, true],
    [32, 31, true],
    [33, 32, true],
    [34, 33, false],
    [35, 34, true],
    [36, 35, true],
    [37, 36, true],
    [38, 37, true],
  ])('1.%i against 1.%i: same is %s', (minor, before, same) => {
    expect(text(minor) === text(before)).toBe(same);
  });
});

test('the schema requires the fields that defaulting sets', () => {
  const validate = new Ajv({ allErrors: true, $data: true, strictTypes: false }).compile(trafficSchema(37));
  validate({ spec: { type: 'LoadBalancer', sessionAffinity: 'ClientIP' } });
  const missing = (validate.errors ?? []).filter(({ keyword }) => keyword === 'required');
  expect(missing.map(({ params }) => params['missingProperty'])).toEqual([
    'internalTrafficPolicy',
    'externalTrafficPolicy',
    'sessionAffinityConfig',
    'allocateLoadBalancerNodePorts',
  ]);
});
