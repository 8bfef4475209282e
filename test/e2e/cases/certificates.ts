import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CertificateSite, certificateSite, underLoad } from '../certificate-site.ts';
import type { ControlPlane } from '../control-plane.ts';
import { type ControllerProcess, controllerProcess, createKeeper, type Installation } from '../controller-process.ts';
import { type StandIn, startStandIn } from '../stand-in.ts';
import { eventually } from '../waiting.ts';

// A leaf of 44 s is renewed after about 25 s and waits 4 s for a caBundle; a CA of 66 s is replaced after 38 s.
const INSTALLATION: Installation = {
  namespace: 'zonewise-certs',
  webhooks: 'certs',
  leafValidity: '40s',
  caValidity: '60s',
};

export function certificateCases(running: () => ControlPlane): void {
  describe('the certificate controller', () => {
    let controllers: readonly ControllerProcess[] = [];
    let standIn: StandIn;
    let site: CertificateSite;

    const works = (): Promise<unknown> =>
      eventually('handshakes that the API server accepts', site.complaint, { enough: complaint => complaint === null });
    const filled = (): Promise<unknown> =>
      eventually('the same caBundle in all', site.bundles, {
        enough: all => new Set(all).size === 1 && all.every(bundle => bundle !== ''),
      });
    const leaders = async (): Promise<readonly string[]> => {
      const texts = await Promise.all(controllers.map(one => one.metrics().catch(() => '')));
      return texts.map(text => /^zonewise_leader (\d)/m.exec(text)?.[1] ?? 'gone');
    };

    beforeAll(async () => {
      const plane = running();
      const kubeconfig = await createKeeper(plane, INSTALLATION);
      const secrets = `/api/v1/namespaces/${INSTALLATION.namespace}/secrets`;
      standIn = await startStandIn(plane.api, `${secrets}/zonewise-tls`);
      site = certificateSite(plane.api, INSTALLATION, standIn.port);
      await site.registerAll();
      controllers = await Promise.all(
        ['first', 'second'].map(name => controllerProcess(plane, INSTALLATION, { name, kubeconfig })),
      );
      await controllers[0]?.start();
    });

    afterAll(async () => {
      for (const controller of controllers) await controller.stop();
      await standIn?.stop();
      await site?.unregisterAll();
    });

    test('creates both Secrets and fills every caBundle at first start, and the API server accepts them', async () => {
      await eventually('a leaf', site.leaf);
      expect(new Set(await site.bundles())).toEqual(new Set([await site.authority()]));
      expect((await site.leaf()).subjectAltName).toContain(`DNS:zonewise.${INSTALLATION.namespace}.svc`);
      expect(await site.api.get(`${site.secrets}/zonewise-tls`)).toMatchObject({ type: 'kubernetes.io/tls' });
      standIn.follow(300);
      await works();
      expect(standIn.reviews()).toBeGreaterThanOrEqual(3);
    });

    test('waits in a second replica', async () => {
      await controllers[1]?.start();
      expect(await leaders()).toEqual(['1', '0']);
    });

    test('renews a leaf and replaces the CA under load without a failed handshake', async () => {
      const began = { leaf: (await site.leaf()).serialNumber, authority: await site.authority() };
      await underLoad(site, async served => {
        await eventually('another leaf', site.leaf, { enough: now => now.serialNumber !== began.leaf });
        await eventually('another authority', site.authority, { enough: now => now !== began.authority });
        const current = await site.authority();
        const both = await eventually('it in every caBundle', site.bundles, {
          enough: all => all.every(bundle => bundle.includes(current)),
        });
        expect(both.every(bundle => bundle.includes(began.authority))).toBe(true);
        const issuer = new X509Certificate(current);
        expect((await site.leaf()).verify(issuer.publicKey), 'the new one signs only later').toBe(false);
        await eventually('a leaf of it', site.leaf, { enough: now => now.verify(issuer.publicKey) });
        await served(40);
      });
    });

    test('fills an emptied caBundle again', async () => {
      await site.emptyBundle();
      expect((await site.bundles()).length).toBe(3);
      await filled();
      await works();
    });

    test('fills the caBundle of a recreated configuration', async () => {
      await site.recreateMutating();
      await filled();
      await works();
    });

    test.each(['zonewise-tls', 'zonewise-ca'])(
      'recreates the deleted Secret %s, and the served certificate stays valid',
      async name => {
        await underLoad(site, async served => {
          await served(10);
          await site.api.remove(`${site.secrets}/${name}`);
          const made = await eventually('the Secret', () => site.secret(name));
          expect(Object.keys(made).length).toBeGreaterThan(2);
          const issuer = new X509Certificate(await site.authority());
          await eventually('a leaf of its authority', site.leaf, { enough: now => now.verify(issuer.publicKey) });
          await served(40);
        });
      },
    );

    test('replaces an invalid Secret and logs it', async () => {
      await site.api.patch(`${site.secrets}/zonewise-tls`, { data: { 'tls.crt': 'Z2FyYmFnZQ==' } });
      await site.api.patch(`${site.secrets}/zonewise-ca`, { data: { 'ca.key': 'Z2FyYmFnZQ==' } });
      await eventually('an authority', () => site.secret('zonewise-ca'), {
        enough: made => made['ca.key'] !== 'garbage',
      });
      await eventually('a leaf', site.leaf);
      expect(await controllers[0]?.tail(200)).toContain('"why":"broken"');
      await works();
    });

    test('releases the Lease when it stops, and becomes leader again when the other stops', async () => {
      const [first, second] = controllers;
      await first?.stop();
      await eventually('the second to lead', leaders, { enough: all => all.join() === 'gone,1', timeoutMs: 8_000 });
      await first?.start();
      expect(await leaders()).toEqual(['0', '1']);
      await second?.stop();
      await eventually('the first to lead', leaders, { enough: all => all.join() === '1,gone', timeoutMs: 8_000 });
      await works();
    });

    test('exports the expiry of the certificates as a metric of the leader', async () => {
      // The first leads again since a moment: its first pass sets them.
      const text = await eventually('the metric of the leader', async () => (await controllers[0]?.metrics()) ?? '', {
        enough: metrics => metrics.includes('\nzonewise_certificate_expiry_timestamp_seconds '),
        timeoutMs: 8_000,
      });
      const seconds = (name: string): number => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]);
      expect(seconds('zonewise_certificate_expiry_timestamp_seconds')).toBeGreaterThan(Date.now() / 1000);
      expect(seconds('zonewise_ca_expiry_timestamp_seconds')).toBeGreaterThan(Date.now() / 1000);
    });
  });
}
