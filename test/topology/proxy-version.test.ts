import { describe, expect, test } from 'vitest';
import { hintSupport, proxyMinor } from '../../src/topology/proxy-version.ts';
import { FACTS, node, web, withAnnotations } from '../support/builders.ts';

const plain = web();
const mode = (value: string, key = 'topology-mode') =>
  withAnnotations(web(), { [`service.kubernetes.io/${key}`]: value });

describe('kube-proxy obeys', () => {
  test.each([
    ['none in 1.30 without the annotation', 30, plain, { zones: false, nodes: false }],
    ['zones in 1.30 with topology-mode Auto', 30, mode('Auto'), { zones: true, nodes: false }],
    ['zones in 1.30 with any other value', 30, mode('example.com/own'), { zones: true, nodes: false }],
    ['none in 1.30 with Disabled', 30, mode('Disabled'), { zones: false, nodes: false }],
    ['none in 1.30 with disabled', 30, mode('disabled'), { zones: false, nodes: false }],
    ['none in 1.30 with an empty value', 30, mode(''), { zones: false, nodes: false }],
    ['zones in 1.30 with the older key', 30, mode('auto', 'topology-aware-hints'), { zones: true, nodes: false }],
    ['zones in 1.31, regardless of the annotation', 31, plain, { zones: true, nodes: false }],
    ['zones in 1.33 also with Disabled', 33, mode('Disabled'), { zones: true, nodes: false }],
    ['zones and nodes from 1.34', 34, plain, { zones: true, nodes: true }],
  ])('%s', (_fact, minor, service, expected) => {
    expect(hintSupport(minor, service)).toMatchObject(expected);
  });
});

test("a node without a zone obeys hints for the zone '' from 1.33", () => {
  expect(hintSupport(32, plain).blankZone).toBe(false);
  expect(hintSupport(33, plain).blankZone).toBe(true);
});

test("a node's kube-proxy has the version of its kubelet, else the cluster's", () => {
  expect(proxyMinor(node('n', { kubeletMinor: 33 }), FACTS)).toBe(33);
  expect(proxyMinor(node('n', { kubeletMinor: null }), FACTS)).toBe(37);
});
