import { describe, expect, test } from 'vitest';
import { parseLabelSelector } from '../../src/model/label-selector.ts';
import type { Node } from '../../src/model/node.ts';
import { clientNodes, DEFAULT_CLIENT_NODES } from '../../src/topology/client-nodes.ts';
import { NodeSet } from '../../src/topology/node-set.ts';
import { node } from '../support/builders.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const isClient = (over: Partial<Node>, options = {}) =>
  clientNodes(new NodeSet([node('n', over)]), { ...DEFAULT_CLIENT_NODES, ...options }, NOW).nodes.size === 1;
const tainted = (key: string, effect = 'NoSchedule') => ({ taints: [{ key, value: '', effect }] });

describe('a node is a client node', () => {
  test.each<[string, Partial<Node>]>([
    ['when it is ready', {}],
    ['with the control-plane label and no taint', { labels: { 'node-role.kubernetes.io/control-plane': '' } }],
    ['while it is cordoned', tainted('node.kubernetes.io/unschedulable')],
    ['with a not-ready taint, as long as its condition says ready', tainted('node.kubernetes.io/not-ready')],
    ['with a taint for a kind of workload', tainted('gpu')],
    [
      'with a control-plane taint that is only a preference',
      tainted('node-role.kubernetes.io/control-plane', 'PreferNoSchedule'),
    ],
    ['when it is a minute old', { createdAt: NOW - 60_000 }],
    ['when its age is unknown', { createdAt: null }],
    ['with a label of another type', { labels: { type: 'spot' } }],
  ])('%s', (_when, over) => {
    expect(isClient(over)).toBe(true);
  });
});

describe('a node is not a client node', () => {
  test.each<[string, Partial<Node>]>([
    ['when it is not ready', { ready: false }],
    ['when it is being deleted', { deleting: true }],
    ['when it is younger than a minute', { createdAt: NOW - 59_999 }],
    ['as a tainted control plane', tainted('node-role.kubernetes.io/control-plane')],
    ['as a control plane with a NoExecute taint', tainted('node-role.kubernetes.io/master', 'NoExecute')],
    ['about to be removed by the cluster autoscaler', tainted('ToBeDeletedByClusterAutoscaler')],
    ['about to be removed by Karpenter', tainted('karpenter.sh/disrupted')],
    ['about to be removed by an older Karpenter', tainted('karpenter.sh/disruption')],
    ['on a spot machine that is being reclaimed', tainted('aws-node-termination-handler/spot-itn')],
    ['as a virtual kubelet', { labels: { type: 'virtual-kubelet' } }],
    ['on Fargate', { labels: { 'eks.amazonaws.com/compute-type': 'fargate' } }],
  ])('%s', (_when, over) => {
    expect(isClient(over)).toBe(false);
  });
});

test('a selector keeps only the nodes with its labels', () => {
  const selector = parseLabelSelector('pool in (web, api)');
  expect(isClient({ labels: { pool: 'web' } }, { selector })).toBe(true);
  expect(isClient({ labels: { pool: 'batch' } }, { selector })).toBe(false);
  expect(isClient({ labels: { pool: 'web' }, ready: false }, { selector })).toBe(false);
});

test('the configuration sets the minimum age and the excluded taints', () => {
  expect(isClient({ createdAt: NOW - 1000 }, { minAgeMs: 0 })).toBe(true);
  expect(isClient(tainted('example.com/drain'), { excludeTaints: ['example.com/*'] })).toBe(false);
  expect(isClient(tainted('example.community/drain'), { excludeTaints: ['example.com/*'] })).toBe(true);
  expect(isClient(tainted('karpenter.sh/disrupted'), { excludeTaints: [] })).toBe(true);
});
