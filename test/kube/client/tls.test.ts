import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { ApiClient } from '../../../src/kube/client/api-client.ts';
import { Credentials } from '../../../src/kube/client/credentials.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { createAuthority, type Pem } from '../certificates.ts';
import { temporaryFolder, writeKubeconfig } from '../client.ts';
import { FakeApiServer, sendJson } from '../fake-api-server.ts';

type Authority = Awaited<ReturnType<typeof createAuthority>>;
let first: Authority;
let second: Authority;

beforeAll(async () => {
  [first, second] = await Promise.all([createAuthority(), createAuthority()]);
});

/** Answers with the common name of the client's certificate. */
async function startServer(pem: Pem, clientAuthority: string): Promise<FakeApiServer> {
  const server = await new FakeApiServer({
    ...pem,
    ca: clientAuthority,
    requestCert: true,
    rejectUnauthorized: false,
  }).start();
  server.scripts.push(({ request, response }) => {
    const peer = (request.socket as TLSSocket).getPeerCertificate();
    return sendJson(response, { client: peer.subject?.CN ?? null, path: request.url });
  });
  onTestFinished(() => server.stop());
  return server;
}

test('sends a client certificate to a server with a trusted CA, below the path in the kubeconfig', async () => {
  const server = await startServer(await first.issue('server'), first.cert);
  const { cert, key } = await first.issue('ann');
  const user = `{client-certificate-data: ${btoa(cert)}, client-key-data: ${btoa(key)}}`;
  const cluster = `certificate-authority-data: ${btoa(first.cert)}`;
  const path = writeKubeconfig(`${server.url}/k8s/clusters/one/`, user, cluster);
  const client = new ApiClient(new Credentials({ path }, new FakeClock()));
  onTestFinished(() => client.close());
  expect(await client.json('/version')).toEqual({ client: 'ann', path: '/k8s/clusters/one/version' });
});

test('trusts a CA that changes in its file from then on, and no longer the old one', async () => {
  const caFile = join(temporaryFolder(), 'ca.crt');
  writeFileSync(caFile, first.cert);
  const clock = new FakeClock();
  const server = await startServer(await second.issue('server'), second.cert);
  const path = writeKubeconfig(server.url, '{}', `certificate-authority: ${caFile}`);
  const client = new ApiClient(new Credentials({ path }, clock));
  onTestFinished(() => client.close());
  await expect(client.json('/version')).rejects.toThrow(/certificate/);
  writeFileSync(caFile, second.cert);
  clock.advance(1_000);
  expect(await client.json('/version')).toMatchObject({ path: '/version' });
});
