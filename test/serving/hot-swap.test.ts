import { once } from 'node:events';
import { connect } from 'node:tls';
import { beforeAll, describe, expect, test } from 'vitest';
import type { KeyPair } from '../../src/serving/self-signed-certificate.ts';
import { selfSignedCertificate } from '../../src/serving/self-signed-certificate.ts';
import { inspectTlsMaterial } from '../../src/serving/tls-certificate.ts';
import { open, post } from './connection.ts';
import { heldPods, running } from './server.ts';

let first: KeyPair;
let second: KeyPair;
let otherKeyPair: KeyPair;
beforeAll(async () => {
  [first, second, otherKeyPair] = (await Promise.all([1, 2, 3].map(() => selfSignedCertificate(Date.now())))) as [
    KeyPair,
    KeyPair,
    KeyPair,
  ];
});

test('uses a new pair for new connections and keeps open ones, also with a request in progress', async () => {
  const held = heldPods();
  const server = await running({ tls: first }, { pods: held.pods });
  const [idle, busy] = [await open(server.webhookPort, first.cert), await open(server.webhookPort, first.cert)];
  const underWay = busy.request();
  await held.requested(1);

  server.useTls(second);

  const fresh = await open(server.webhookPort, second.cert);
  expect([idle.serial, fresh.serial]).toEqual([
    inspectTlsMaterial(first).serialNumber,
    inspectTlsMaterial(second).serialNumber,
  ]);
  const answers = [underWay, idle.request(), fresh.request()];
  await held.requested(3);
  held.letGo();
  expect((await Promise.all(answers)).map(({ status, connection }) => [status, connection])).toEqual([
    [200, 'keep-alive'],
    [200, 'keep-alive'],
    [200, 'keep-alive'],
  ]);
});

test('loses no request during a hundred swaps, on kept and on new connections', async () => {
  const server = await running({ tls: first });
  const kept = await Promise.all([1, 2, 3].map(() => open(server.webhookPort, first.cert)));
  for (let swap = 0; swap < 100; swap++) {
    const pending = kept.map(({ request }) => request());
    const pair = swap % 2 ? first : second;
    server.useTls(pair);
    if (swap % 10 < 2) pending.push(open(server.webhookPort, pair.cert).then(({ request }) => request()));
    expect((await Promise.all(pending)).every(({ status }) => status === 200)).toBe(true);
  }
});

test('rejects unusable material and changes nothing', async () => {
  const server = await running({ tls: first });
  expect(() => server.useTls({ cert: second.cert, key: first.key })).toThrow(/mismatch/);
  expect((await open(server.webhookPort, first.cert)).serial).toBe(inspectTlsMaterial(first).serialNumber);
});

test('rejects TLS 1.1 after a swap as before', async () => {
  const server = await running({ tls: first });
  server.useTls(second);
  const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
  const socket = connect({ host: '127.0.0.1', port: server.webhookPort, ca: second.cert, ...old });
  expect(String(await once(socket, 'error'))).toMatch(/protocol version/i);
});

test.each(['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-CHACHA20-POLY1305', 'TLS_AES_128_GCM_SHA256'])(
  'accepts %s, also after a swap',
  async ciphers => {
    const server = await running({ tls: first });
    server.useTls(second);
    const version = ciphers.startsWith('TLS') ? 'TLSv1.3' : 'TLSv1.2';
    const socket = connect({
      host: '127.0.0.1',
      port: server.webhookPort,
      ca: second.cert,
      ciphers,
      maxVersion: version,
    });
    await once(socket, 'secureConnect');
    expect(socket.getCipher()).toMatchObject({ name: ciphers, version });
    socket.destroy();
  },
);

test.each(['ECDHE-ECDSA-AES128-SHA', 'ECDHE-ECDSA-AES256-SHA384', 'ECDHE-ECDSA-AES128-CCM'])(
  'rejects %s, also after a swap',
  async cipher => {
    const server = await running({ tls: first });
    server.useTls(second);
    const weak = { ciphers: `${cipher}:@SECLEVEL=0`, maxVersion: 'TLSv1.2' } as const;
    const socket = connect({ host: '127.0.0.1', port: server.webhookPort, ca: second.cert, ...weak });
    expect(String(await once(socket, 'error'))).toMatch(/handshake failure/i);
  },
);

test('fails every handshake without a pair, and succeeds with the first one', async () => {
  const server = await running({ tls: 'later' });
  await expect(open(server.webhookPort, first.cert)).rejects.toThrow();
  server.useTls(first);
  expect((await (await open(server.webhookPort, first.cert)).request()).status).toBe(200);
});

describe('with client verification', () => {
  const clientNames = ['kube-apiserver', 'localhost'];
  const checked = () => running({ tls: { ...first, clientCA: second.cert }, clientNames });

  test('a client of the right CA is served', async () => {
    const connection = await open((await checked()).webhookPort, first.cert, second);
    expect((await connection.request()).status).toBe(200);
  });

  // In TLS 1.3 the server rejects the client after the client considers the handshake complete.
  test.each([
    ['without a certificate', () => undefined],
    ['of another CA', () => otherKeyPair],
  ])('a client %s gets no answer', async (_who, client) => {
    const server = await checked();
    const connection = await open(server.webhookPort, first.cert, client());
    await expect(connection.request()).rejects.toThrow(/closed after ""/);
    expect(await server.metric('zonewise_tls_handshake_failures_total')).toBe(1);
  });

  test('a client of the right CA with another name gets no answer', async () => {
    const server = await running({ tls: { ...first, clientCA: second.cert }, clientNames: ['kube-apiserver'] });
    const connection = await open(server.webhookPort, first.cert, second);
    await expect(connection.request()).rejects.toThrow(/closed after ""/);
    expect(await server.metric('zonewise_clients_refused_total')).toBe(1);
    expect(await server.metric('zonewise_reviews_total')).toBeUndefined();
  });

  test('the common name counts, too', async () => {
    const server = await running({
      tls: { ...first, clientCA: second.cert },
      clientNames: ['zonewise (self-signed)'],
    });
    expect((await (await open(server.webhookPort, first.cert, second)).request()).status).toBe(200);
  });

  test('the CA is swapped together with the pair', async () => {
    const server = await checked();
    server.useTls({ ...first, clientCA: otherKeyPair.cert });
    expect((await (await open(server.webhookPort, first.cert, otherKeyPair)).request()).status).toBe(200);
    await expect((await open(server.webhookPort, first.cert, second)).request()).rejects.toThrow();
  });

  test('clients are also verified if the pair is set later', async () => {
    const server = await running({ tls: 'later', clientNames });
    server.useTls({ ...first, clientCA: second.cert });
    await expect((await open(server.webhookPort, first.cert)).request(post())).rejects.toThrow();
    expect((await (await open(server.webhookPort, first.cert, second)).request()).status).toBe(200);
  });
});
