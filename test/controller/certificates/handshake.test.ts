import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { type CertificateKeyPair, readPair } from '../../../src/controller/certificates/certificate.ts';
import { type Issued, issueCA, issueLeaf } from '../../../src/controller/certificates/issue.ts';
import { dnsNames } from '../../../src/controller/certificates/runnable.ts';

const HOUR = 3_600_000;
const NAMES = dnsNames('zonewise', 'platform');

function pair(issued: Issued): CertificateKeyPair {
  const read = readPair(issued.cert, issued.key);
  if (!read) throw new Error('issued what cannot be read');
  return read;
}

async function authority(): Promise<CertificateKeyPair> {
  return pair(await issueCA({ now: Date.now(), validity: HOUR }));
}

/** The TLS error of a client that trusts `bundle` and connects to a server with this leaf; null if it accepts it. */
async function objection(leaf: Issued, bundle: string, servername: string): Promise<string | null> {
  const server = createServer({ cert: leaf.cert, key: leaf.key }, socket => socket.end());
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const socket = connect({ port, host: '127.0.0.1', servername, ca: bundle });
  onTestFinished(() => void socket.destroy());
  return new Promise(resolve => {
    socket.on('secureConnect', () => resolve(null));
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

test.each(NAMES)('a TLS client for the name %s accepts the leaf', async name => {
  const signer = await authority();
  const leaf = await issueLeaf(signer, NAMES, { now: Date.now(), validity: HOUR });
  expect(await objection(leaf, signer.certificate.pem, name)).toBeNull();
});

test('a caBundle with the old and the new CA accepts leaves of both; with one CA it rejects leaves of the other', async () => {
  const [old, young] = [await authority(), await authority()];
  const leaves: Issued[] = [];
  for (const signer of [old, young]) {
    leaves.push(await issueLeaf(signer, NAMES, { now: Date.now(), validity: HOUR }));
  }
  const name = NAMES[2] ?? '';
  const describeBundle = (bundle: readonly CertificateKeyPair[]) =>
    Promise.all(leaves.map(leaf => objection(leaf, bundle.map(({ certificate }) => certificate.pem).join(''), name)));
  expect(await describeBundle([young, old])).toEqual([null, null]);
  expect(await describeBundle([young])).toEqual([expect.any(String), null]);
});

test('a client for another Service rejects the leaf', async () => {
  const signer = await authority();
  const leaf = await issueLeaf(signer, NAMES, { now: Date.now(), validity: HOUR });
  expect(await objection(leaf, signer.certificate.pem, 'other.platform.svc')).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
});

test('a leaf is not valid outside the validity period of its CA', async () => {
  const signer = await authority();
  const leaf = pair(await issueLeaf(signer, NAMES, { now: Date.now(), validity: 100 * HOUR }));
  expect(leaf.certificate.notAfter).toBe(signer.certificate.notAfter);
  expect(leaf.certificate.notBefore).toBeGreaterThanOrEqual(signer.certificate.notBefore);
});

test('the CA may sign certificates but no further CAs; the leaf may only serve', async () => {
  const signer = await authority();
  const leaf = pair(await issueLeaf(signer, NAMES, { now: Date.now(), validity: HOUR }));
  expect([signer.certificate.isCA, leaf.certificate.isCA]).toEqual([true, false]);
  expect(leaf.certificate.x509.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  const sub = pair(await issueLeaf(leaf, NAMES, { now: Date.now(), validity: HOUR }));
  const chain = { cert: sub.certificate.pem + leaf.certificate.pem, key: sub.key };
  expect(await objection(chain, signer.certificate.pem, NAMES[2] ?? '')).not.toBeNull();
});
