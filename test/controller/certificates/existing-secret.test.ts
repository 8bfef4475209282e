import { expect, test } from 'vitest';
import { type CertificatesConfig, DEFAULT_CONFIG } from '../../../src/config/config.ts';
import { readPair } from '../../../src/controller/certificates/certificate.ts';
import { issueCA, issueLeaf } from '../../../src/controller/certificates/issue.ts';
import { certificatesRunnable } from '../../../src/controller/certificates/runnable.ts';
import { newSecret, withData } from '../../../src/controller/certificates/secrets.ts';
import { recordLog } from '../../kube/client.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';
import { DAY, LEAF_SECRET, World } from './fake-cluster.ts';

/** Runs this mode on the objects of a world until the test stops it. */
function startedRunnable(world: World, mode: CertificatesConfig['mode']) {
  const clock = new FakeClock();
  const stopping = new AbortController();
  const part = certificatesRunnable({
    store: world.store,
    namespace: 'zonewise',
    certificates: { ...DEFAULT_CONFIG.certificates, mode },
    webhooks: DEFAULT_CONFIG.webhooks,
    monotonicClock: clock,
    now: () => world.now,
    log: recordLog().log,
    onExpiry: expiry => {
      world.expiry = expiry;
    },
  });
  const running = part?.run(stopping.signal);
  const looked = () => until('quiet', () => clock.pending().length === 1);
  const lookAgain = async (): Promise<void> => {
    await clock.passTimer(1, 30_000);
    await looked();
  };
  const stop = async (): Promise<void> => {
    stopping.abort();
    await running;
  };
  return { part, looked, lookAgain, stop };
}

async function somebodysSecret(world: World, withAuthority: boolean): Promise<string> {
  const authority = await issueCA({ now: world.now, validity: 365 * DAY });
  const signer = readPair(authority.cert, authority.key);
  if (!signer) throw new Error('issued what cannot be read');
  const leaf = await issueLeaf(signer, ['zonewise.zonewise.svc'], { now: world.now, validity: DAY });
  const data = { 'tls.crt': leaf.cert, 'tls.key': leaf.key, ...(withAuthority ? { 'ca.crt': authority.cert } : {}) };
  const secret = newSecret({ namespace: 'zonewise', name: 'zonewise-tls' }, 'kubernetes.io/tls');
  world.store.put(LEAF_SECRET, withData(secret, data));
  return signer.certificate.pem;
}

test('existing-secret: copies ca.crt of the Secret into every caBundle, also after a change, and does not write the Secret', async () => {
  const world = new World();
  const first = await somebodysSecret(world, true);
  const { looked, lookAgain, stop } = startedRunnable(world, 'existing-secret');
  await looked();
  expect(world.bundles()).toEqual([first, first, first, first]);
  const second = await somebodysSecret(world, true);
  await lookAgain();
  expect(world.bundles()).toEqual([second, second, second, second]);
  expect(world.store.writes.map(({ path }) => path)).not.toContain(LEAF_SECRET);
  expect(world.expiry).toEqual({ leaf: world.leaf().notAfter, authority: null });
  await stop();
});

test('existing-secret: leaves caBundles unchanged without ca.crt, or without the Secret', async () => {
  const world = new World();
  const { looked, lookAgain, stop } = startedRunnable(world, 'existing-secret');
  await looked();
  await somebodysSecret(world, false);
  await lookAgain();
  expect([world.store.writes, world.bundles()]).toEqual([[], ['', '', '', '']]);
  await stop();
});

test('cert-manager: the controller does nothing about certificates', () => {
  expect(startedRunnable(new World(), 'cert-manager').part).toBeNull();
});

test('self-managed: the runnable manages certificates by itself', async () => {
  const world = new World();
  const { looked, stop } = startedRunnable(world, 'self-managed');
  await looked();
  expect(world.leaf().dnsNames).toContain('zonewise.zonewise.svc');
  expect(world.expiry).not.toBeNull();
  await stop();
});
