import { expect, test } from 'vitest';
import { isMovedByDrain, isPodOf } from '../../../src/engine/workloads/pod-names.ts';

const web = (kind: 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'ReplicaSet') => ({
  kind,
  namespace: 'shop',
  name: 'web',
});

test.each([
  ['Deployment', 'web-7d4b9c6f5d-x2k9p'],
  ['StatefulSet', 'web-12'],
  ['DaemonSet', 'web-x2k9p'],
  ['ReplicaSet', 'web-x2k9p'],
] as const)('a Pod of a %s is known by its name, %s', (kind, pod) => {
  expect(isPodOf(web(kind), pod)).toBe(true);
});

test.each([
  ['a Deployment called web-canary', 'web-canary-7d4b9c6f5d-x2k9p'],
  ['a DaemonSet called web-canary', 'web-canary-x2k9p'],
  ['a ReplicaSet called web-v2', 'web-v2-x2k9p'],
  ['a StatefulSet called web', 'web-0'],
  ['a DaemonSet called web', 'web-x2k9p'],
  ['a Deployment called other-web', 'other-web-7d4b9c6f5d-x2k9p'],
  ['a user', 'web-7d4b9c6f5d-debug'],
])('a Pod of %s is none of the Deployment web', (_, pod) => {
  expect(isPodOf(web('Deployment'), pod)).toBe(false);
});

test('a drain moves Pods of Deployments and StatefulSets for certain', () => {
  const names = [
    ...['web-7d4b9c6f5d-x2k9p', 'db-0', 'agent-x2k9p', 'agent-24567', 'static-web-n1', 'n1', 'static-worker-1'],
  ];
  expect(names.filter(name => isMovedByDrain(name, name.startsWith('static-worker') ? 'worker-1' : 'n1'))).toEqual([
    'web-7d4b9c6f5d-x2k9p',
    'db-0',
  ]);
});
