import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { CAPACITY, SERVER_TIMEOUTS } from '../../src/serving/limits.ts';
import type { KeyPair } from '../../src/serving/self-signed-certificate.ts';
import { selfSignedCertificate } from '../../src/serving/self-signed-certificate.ts';
import { open, post } from './connection.ts';
import { heldPods, type Running, running } from './server.ts';

let tls: KeyPair;
beforeAll(async () => {
  tls = await selfSignedCertificate(Date.now());
});

const DROPPED = 'zonewise_connections_dropped_total';
const FLOODER = '127.0.0.2';

/** TCP connections that send nothing. */
async function silent(server: Running, count: number, localAddress = FLOODER): Promise<readonly Socket[]> {
  const sockets = Array.from({ length: count }, () =>
    connect({ host: '127.0.0.1', port: server.webhookPort, localAddress }),
  );
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  for (const socket of sockets) socket.on('error', () => {}).resume();
  await Promise.all(sockets.map(socket => once(socket, 'connect')));
  return sockets;
}

/** A TLS connection of the flooder, without a request. */
async function unused(server: Running): Promise<TLSSocket> {
  const below = connect({ host: '127.0.0.1', port: server.webhookPort, localAddress: FLOODER });
  const socket = connectTls({ socket: below, ca: tls.cert, servername: 'localhost' });
  onTestFinished(() => void socket.destroy());
  await once(socket.on('error', () => {}).resume(), 'secureConnect');
  return socket;
}

const connections = (server: Running) => server.metric('zonewise_connections');

test('a flood of silent connections does not keep a client out, whether it has its own address or the same', async () => {
  const server = await running({ tls });
  await silent(server, 1_100);
  expect(await connections(server)).toBeLessThanOrEqual(CAPACITY.handshakes);
  expect((await (await open(server.webhookPort, tls.cert)).request()).status).toBe(200);
  await silent(server, 1_100, '127.0.0.1');
  expect((await (await open(server.webhookPort, tls.cert)).request()).status).toBe(200);
  expect(await server.metric(DROPPED)).toBeGreaterThan(1_000);
});

test('during handshakes the silent connections are dropped before those that have sent something', async () => {
  const server = await running({ tls, capacity: { ...CAPACITY, handshakes: 3 } });
  const [speaking] = await silent(server, 1);
  // The start of a TLS record of 512 bytes.
  speaking?.write(Buffer.from('1603010200', 'hex'));
  await expect.poll(async () => (await silent(server, 1)) && (await server.metric(DROPPED))).toBeGreaterThan(5);
  expect(speaking?.closed).toBe(false);
});

test('one address gets its share, and another address is served', async () => {
  const server = await running({ tls, capacity: { ...CAPACITY, connectionsPerSource: 5 } });
  const first = await unused(server);
  const closed = once(first, 'close');
  for (let more = 0; more < 5; more++) await unused(server);
  await closed;
  expect(await server.metric(DROPPED)).toBe(1);
  expect((await (await open(server.webhookPort, tls.cert)).request()).status).toBe(200);
  expect(await server.metric(DROPPED)).toBe(1);
});

test('in total the address with the most connections loses one, its idle ones last', async () => {
  const server = await running({ tls, capacity: { ...CAPACITY, connections: 4 } });
  const kept = await open(server.webhookPort, tls.cert);
  expect((await kept.request()).status).toBe(200);
  await silent(server, 30);
  for (let more = 0; more < 6; more++) await unused(server);
  expect((await kept.request()).status).toBe(200);
  await expect.poll(() => connections(server)).toBeLessThanOrEqual(4);
});

test('a connection with a request in progress is never dropped', async () => {
  const held = heldPods();
  const capacity = { ...CAPACITY, connections: 2 };
  const server = await running({ tls, capacity }, { pods: held.pods });
  const busy = await Promise.all([1, 2].map(() => open(server.webhookPort, tls.cert)));
  const answers = busy.map(({ request }) => request());
  await held.requested(2);
  const [refused] = await silent(server, 1);
  await expect.poll(() => refused?.closed).toBe(true);
  held.letGo();
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200]);
});

test('requests that never end do not keep a client out', async () => {
  const server = await running({ tls, capacity: { ...CAPACITY, connections: 3 } });
  const incomplete = await Promise.all([1, 2, 3].map(() => unused(server)));
  for (const socket of incomplete) socket.write(post().slice(0, -10));
  await expect.poll(() => connections(server)).toBe(3);
  expect((await (await open(server.webhookPort, tls.cert)).request()).status).toBe(200);
});

test('a flood of the operations port does not keep probes out', async () => {
  const server = await running({ tls });
  const sockets = Array.from({ length: 400 }, () => connect({ host: '127.0.0.1', port: server.opsPort }));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  await Promise.all(sockets.map(socket => once(socket.on('error', () => {}).resume(), 'connect')));
  expect([await server.ops('/livez'), await server.ops('/readyz')]).toEqual([200, 200]);
});

test('a connection without a handshake or a request is closed in time', async () => {
  const limits = { ...SERVER_TIMEOUTS, handshakeMs: 200, headersMs: 200, checkIntervalMs: 20 };
  const server = await running({ tls, limits });
  await Promise.all([silent(server, 1), unused(server)]);
  await expect.poll(() => connections(server), { timeout: 5_000 }).toBe(0);
});
