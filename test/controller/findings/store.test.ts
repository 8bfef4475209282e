import { expect, test } from 'vitest';
import { FindingsStore } from '../../../src/controller/findings/store.ts';
import type { Finding } from '../../../src/model/finding.ts';
import { finding } from '../audit/audit-harness.ts';

test('lists the findings of exactly one namespace', () => {
  const store = new FindingsStore();
  for (const key of ['shop/web', 'shop-a/web', 'sho/web', 'shop/agent', 'shopping/web'])
    store.set(key, [finding(key)], 0);
  const names = (namespace: string) => store.inNamespace(namespace).map(({ finding: { object } }) => object.name);
  expect(names('shop')).toEqual(['agent', 'web']);
  expect(names('shop-a')).toEqual(['web']);
  expect(names('other')).toEqual([]);
  expect([...store.namespaces()].toSorted()).toEqual(['sho', 'shop', 'shop-a', 'shopping']);
  store.delete('shop/web');
  expect(names('shop')).toEqual(['agent']);
});

test('reports a change only if a reader sees a difference', () => {
  const changed: string[] = [];
  const store = new FindingsStore(key => void changed.push(key));
  const see = (...findings: readonly Partial<Finding>[]) => {
    changed.length = 0;
    store.set(
      'shop/web',
      findings.map(more => finding('shop/web', more)),
      0,
    );
    return changed.length;
  };
  expect(see()).toBe(0);
  expect(see({})).toBe(1);
  expect(see({})).toBe(0);
  expect(see({ message: 'other [some-rule]' })).toBe(1);
  expect(see({ message: 'other [some-rule]', level: 'deny' })).toBe(1);
  expect(see({ nodes: ['n1'] })).toBe(1);
  expect(see({ nodes: ['n2'] })).toBe(1);
  expect(see({ nodes: ['n2'] })).toBe(0);
  expect(see({ nodes: ['n2'] }, { rule: 'second-rule' })).toBe(1);
  expect(see()).toBe(1);
  expect(see()).toBe(0);
});

test('takes an earlier time of a finding, and never a later one', () => {
  const store = new FindingsStore();
  store.set('shop/web', [finding('shop/web'), finding('shop/web', { rule: 'second-rule' })], 100);
  const times = () => store.inNamespace('shop').map(({ since }) => since);
  const [first] = store.inNamespace('shop');
  if (!first) throw new Error('no finding');
  store.backdate(first, 40);
  expect(times()).toEqual([40, 100]);
  const [backdated] = store.inNamespace('shop');
  if (backdated) store.backdate(backdated, 60);
  expect(times()).toEqual([40, 100]);
  store.set('shop/web', [finding('shop/web')], 200);
  expect(times()).toEqual([40]);
});
