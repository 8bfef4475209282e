import { expect, test } from 'vitest';
import { PodIndex } from '../../../src/cluster/live/pod-index.ts';
import { PODS } from '../../../src/cluster/live/resources.ts';
import { StringInterner } from '../../../src/kube/reflector/string-interner.ts';
import { pod } from '../../kube/objects.ts';

function indexed() {
  const strings = new StringInterner();
  const index = new PodIndex();
  const project = (name: string, labels: Record<string, string>) => PODS.project(pod(name, labels), strings);
  const names = (selector: Record<string, string>, namespace = 'shop') =>
    index.find(namespace, selector).map(({ name }) => name);
  return { index, project, names };
}

test('Pods are found by namespace and selector', () => {
  const { index, project, names } = indexed();
  for (const [name, app, tier] of [
    ['a', 'cart', 'x'],
    ['b', 'cart', 'y'],
    ['c', 'web', 'x'],
  ] as const)
    index.update(undefined, project(name, { app, tier }));
  expect(names({ app: 'cart' })).toEqual(['a', 'b']);
  expect(names({ tier: 'x' })).toEqual(['a', 'c']);
  expect(names({ app: 'cart', tier: 'y' })).toEqual(['b']);
  expect(names({ app: 'none' })).toEqual([]);
  expect(names({})).toEqual([]);
  expect(names({ app: 'cart' }, 'other')).toEqual([]);
});

test('a Pod whose labels change, or that is deleted, is found there no longer', () => {
  const { index, project, names } = indexed();
  const [before, after] = [project('a', { app: 'cart' }), project('a', { app: 'web' })];
  index.update(undefined, before);
  index.update(before, after);
  expect([names({ app: 'cart' }), names({ app: 'web' })]).toEqual([[], ['a']]);
  index.update(after, undefined);
  expect(names({ app: 'web' })).toEqual([]);
});

test('Pods of a workload share their labels and ports', () => {
  const { project } = indexed();
  const [a, b] = [project('a', { app: 'cart' }), project('b', { app: 'cart' })];
  expect([a?.labels === b?.labels, a?.ports === b?.ports]).toEqual([true, true]);
});
