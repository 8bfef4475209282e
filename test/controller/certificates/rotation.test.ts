import { expect, test } from 'vitest';
import { readCertificates, signedBy } from '../../../src/controller/certificates/certificate.ts';
import { secretText } from '../../../src/controller/certificates/secrets.ts';
import { accepts, CA_LIFE, CA_SECRET, DAY, LEAF_LIFE, LEAF_SECRET, World } from './fake-cluster.ts';

test('an empty cluster gets a CA, the caBundles, and only then a leaf, without a wait', async () => {
  const world = new World();
  const began = world.now;
  expect(await world.settle()).toEqual(['make-authority', 'publish', 'make-leaf']);
  expect(world.now).toBe(began);
  expect(world.bundles()).toHaveLength(4);
  expect(world.bundles().every(bundle => accepts(bundle, world.leaf()))).toBe(true);
  expect(world.leaf().dnsNames).toEqual([
    'zonewise',
    'zonewise.zonewise',
    'zonewise.zonewise.svc',
    'zonewise.zonewise.svc.cluster.local',
  ]);
  expect(world.store.peek(LEAF_SECRET)).toMatchObject({ type: 'kubernetes.io/tls' });
  expect(world.expiry).toEqual({ leaf: world.leaf().notAfter, authority: began + CA_LIFE });
  expect(world.rejections()).toEqual([]);
});

test('a reconciled cluster is only read', async () => {
  const world = new World();
  await world.settle();
  const writes = world.store.writes.length;
  world.start();
  expect(await world.settle()).toEqual([]);
  expect(world.store.writes).toHaveLength(writes);
});

test('the leaf is renewed after two thirds of its validity, by the same CA', async () => {
  const world = new World();
  await world.settle();
  const before = world.bundles();
  world.pass((LEAF_LIFE * 2) / 3 - DAY);
  expect(await world.settle()).toEqual([]);
  world.pass(DAY);
  expect(await world.settle()).toEqual(['make-leaf']);
  expect(world.bundles()).toEqual(before);
  expect(world.leaf().notAfter).toBe(world.now + LEAF_LIFE);
});

test('a new CA is in every caBundle for an interval before it signs, and the old key is deleted', async () => {
  const world = new World();
  await world.settle();
  const old = secretText(world.store.peek(CA_SECRET), 'ca.crt');
  world.pass((CA_LIFE * 2) / 3);
  expect(await world.settle()).toEqual(['make-authority', 'publish', 'make-leaf']);
  const secret = world.store.peek(CA_SECRET);
  expect(secretText(secret, 'previous.crt')).toBe(old);
  expect(Object.keys(secret?.data ?? {}).toSorted()).toEqual(['ca.crt', 'ca.key', 'previous.crt']);
  const [authority] = readCertificates(secretText(secret, 'ca.crt'));
  expect(authority && signedBy(world.leaf(), authority)).toBe(true);
  expect(world.rejections()).toEqual([]);
});

test('an expired CA is removed, after every leaf it signed has expired', async () => {
  const world = new World();
  await world.settle();
  const old = secretText(world.store.peek(CA_SECRET), 'ca.crt');
  const has = () => world.bundles().map(bundle => bundle.includes(old));
  await world.live(CA_LIFE - DAY);
  expect(new Set(has())).toEqual(new Set([true]));
  await world.live(2 * DAY);
  expect(new Set(has())).toEqual(new Set([false]));
});

test('no served leaf is ever rejected in five years', async () => {
  const world = new World();
  await world.live(5 * CA_LIFE);
  expect(world.leaves.length).toBeGreaterThan(30);
  expect(world.rejections()).toEqual([]);
  expect(Math.max(...world.bundles().map(bundle => readCertificates(bundle).length))).toBeLessThanOrEqual(3);
});

test('the checker detects the violations that it checks for', async () => {
  const world = new World();
  await world.settle();
  world.register('/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/zonewise');
  expect(world.rejections()).not.toEqual([]);
});
