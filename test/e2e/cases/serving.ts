import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createAuthority, type KeyPair } from '../certificates.ts';
import { createCluster } from '../cluster.ts';
import type { ControlPlane } from '../control-plane.ts';
import { type Load, type LoadReport, startLoad } from '../load.ts';
import { type Replicas, startReplicas } from '../replicas.ts';
import { eventually } from '../waiting.ts';

const CONFIG = `
apiVersion: zonewise.dev/v1alpha1
kind: Config
# Nodes are born together with the run here, and their creation time cannot be set.
clientNodes: { minAge: 0s }
rules: { locality-without-zones: warn }
serving: { drainDelay: 2s }
`;

/** Only a synced replica knows that the Nodes have no zones: a replica that answers too early is detected. */
const WARNING = /none of 3 nodes has the label .* \[locality-without-zones\]/;

const SERVICE = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'steady' },
  spec: { selector: { app: 'steady' }, ports: [{ port: 80 }], trafficDistribution: 'PreferSameZone' },
};

export function servingCases(plane: () => ControlPlane): void {
  describe('under a steady load of dry-run creates, with failurePolicy Fail', () => {
    let replicas: Replicas;
    let load: Load;
    let token: string;

    beforeAll(async () => {
      const cluster = createCluster(plane().api);
      for (const name of ['n1', 'n2', 'n3']) await cluster.addNode({ name, zone: null });
      await cluster.addNamespace('busy');
      replicas = await startReplicas(plane(), CONFIG);
      token = await administrator(plane());
    });

    afterAll(async () => {
      await replicas?.stop();
    });

    beforeEach(() => {
      const path = '/api/v1/namespaces/busy/services?dryRun=All';
      const { url, authority } = plane();
      load = startLoad({ url, ca: authority.cert, token, path, body: SERVICE, warning: WARNING });
    });

    const expectNothingLost = (report: LoadReport): void => {
      expect(report).toMatchObject({ failed: [], withoutWarning: [] });
      expect(report.sent).toBeGreaterThan(20);
      expect(replicas.balancer.refused()).toBe(0);
    };
    const everyMetric = (name: string): Promise<readonly number[]> =>
      Promise.all(replicas.each.map(({ metric }) => metric(name)));

    test('a rolling restart loses no request and no warning', async () => {
      await load.more(20);
      for (const { name, process } of replicas.each) {
        await process.stop();
        await load.more(20);
        await process.start();
        // When the other replica stops, this one gets all requests.
        await eventually(`${name} to take part again`, async () => replicas.balancer.knows(name));
        await load.more(20);
        const log = await process.tail(Number.POSITIVE_INFINITY);
        expect(log).toContain('"msg":"ended"');
        expect(log, 'no connection had to be cut off').not.toContain('cut off');
      }
      expectNothingLost(await load.stop());
    });

    test('a leaf replaced on disk is served within seconds, and no request is lost', async () => {
      await load.more(20);
      const renewed = plane().authority.issue('zonewise', ['127.0.0.1']);
      await replicas.putPair(renewed);
      for (const { port } of replicas.each) await shows(port, renewed);
      await load.more(20);
      expect(await everyMetric('zonewise_certificate_reloads_total')).toEqual([1, 1]);
      expect(await everyMetric('zonewise_certificate_reload_failures_total')).toEqual([0, 0]);
      expectNothingLost(await load.stop());
    });

    test('a new CA, trusted before it signs, takes over, and no request is lost', async () => {
      await load.more(20);
      const successor = createAuthority('zonewise e2e, the next');
      await replicas.trust([plane().authority, successor]);
      // Informers of the API server need some time; the controller waits longer than this.
      await load.more(40);
      const leaf = successor.issue('zonewise', ['127.0.0.1']);
      await replicas.putPair(leaf);
      for (const { port } of replicas.each) await shows(port, leaf);
      await load.more(20);
      await replicas.trust([successor]);
      await load.more(40);
      expectNothingLost(await load.stop());
    });

    test('a broken key pair or configuration changes nothing and is counted; a valid one takes effect', async () => {
      await load.more(20);
      await replicas.putPair({ cert: 'broken', key: 'broken' });
      await replicas.putConfig('kind: Broken\n');
      await eventually(
        'both to be noticed',
        async () => [
          ...(await everyMetric('zonewise_certificate_reload_failures_total')),
          ...(await everyMetric('zonewise_config_reload_failures_total')),
        ],
        { enough: counts => counts.every(count => count === 1) },
      );
      await load.more(20);
      await replicas.putConfig(`${CONFIG}names: full\n`);
      await eventually('the configuration to be used', () => everyMetric('zonewise_config_reloads_total'), {
        enough: counts => counts.every(count => count === 1),
      });
      await load.more(20);
      expectNothingLost(await load.stop());
    });
  });
}

/** The administrator's token. */
async function administrator(plane: ControlPlane): Promise<string> {
  const { users } = JSON.parse(await readFile(join(plane.folder, 'admin.kubeconfig'), 'utf8'));
  return users[0].user.token;
}

/** Resolves when new connections get this certificate. */
async function shows(port: number, { cert }: KeyPair): Promise<void> {
  const wanted = new X509Certificate(cert).serialNumber;
  await eventually(`certificate ${wanted} on port ${port}`, () => serialOn(port), {
    enough: serial => serial === wanted,
    timeoutMs: 15_000,
  });
}

function serialOn(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    // Only the identity of the certificate matters here; the API server verifies it.
    const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.destroy();
    });
    socket.once('error', reject);
  });
}
