import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { connect as connectTcp } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ConnectionOptions, SecureVersion } from 'node:tls';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import type { FastifyInstance } from 'fastify';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { ReviewEnvironment } from '../../src/admission/admit.ts';
import type { ServerTimeouts } from '../../src/serving/limits.ts';
import { SERVER_TIMEOUTS } from '../../src/serving/limits.ts';
import type { KeyPair } from '../../src/serving/self-signed-certificate.ts';
import { selfSignedCertificate } from '../../src/serving/self-signed-certificate.ts';
import { reviewOf, webhook } from '../webhook/harness.ts';

let tls: KeyPair;
beforeAll(async () => {
  tls = await selfSignedCertificate(Date.now());
});

/** Node's OpenSSL offers TLS 1.1 only if everything is allowed. */
const OLD_CIPHERS = 'DEFAULT@SECLEVEL=0';
const IMPATIENT: ServerTimeouts = {
  keepAliveMs: 100_000,
  handshakeMs: 150,
  headersMs: 150,
  requestMs: 300,
  checkIntervalMs: 20,
};

test.each<[SecureVersion, string]>([
  ['TLSv1.2', 'TLSv1.2'],
  ['TLSv1.3', 'TLSv1.3'],
])('%s is accepted', async (version, spoken) => {
  const socket = await handshake(portOf(await listen()), version);
  expect(socket.getProtocol()).toBe(spoken);
});

test('TLS 1.1 is rejected, from a client that can use it elsewhere', async () => {
  const elsewhere = createTlsServer({ ...tls, minVersion: 'TLSv1.1', ciphers: OLD_CIPHERS }).listen(0, '127.0.0.1');
  onTestFinished(() => void elsewhere.close());
  await once(elsewhere, 'listening');
  const socket = await handshake((elsewhere.address() as AddressInfo).port, 'TLSv1.1');
  expect(socket.getProtocol()).toBe('TLSv1.1');
  await expect(handshake(portOf(await listen()), 'TLSv1.1')).rejects.toThrow(/protocol version/i);
});

test('connections are kept longer than the 90 s after which the API server closes idle ones', async () => {
  const app = await listen();
  expect(app.server.keepAliveTimeout).toBeGreaterThanOrEqual(95_000);
  const answer = await exchange(app, post('/validate?timeout=2s', JSON.stringify(reviewOf()), 'keep-alive'));
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  expect(Number(/^keep-alive: timeout=(\d+)/im.exec(answer)?.[1])).toBeGreaterThanOrEqual(95);
});

describe('a slow client is disconnected', () => {
  test('within 5 s for the handshake, 10 s for the headers, 15 s in total, checked often enough', async () => {
    const { server } = await listen();
    expect([server.headersTimeout, server.requestTimeout]).toEqual([10_000, 15_000]);
    expect(SERVER_TIMEOUTS).toMatchObject({ headersMs: 10_000, handshakeMs: 5_000, requestMs: 15_000 });
    expect(SERVER_TIMEOUTS.checkIntervalMs).toBeLessThanOrEqual(5000);
  });

  test('during the handshake', async () => {
    const socket = connectTcp(portOf(await listen(IMPATIENT)), '127.0.0.1');
    socket.on('error', () => {});
    await once(socket, 'close');
  });

  test('during the headers', async () => {
    expect(await exchange(await listen(IMPATIENT), 'POST /validate HTTP/1.1\r\nhost: x\r\n')).toMatch(/ 408 /);
  });

  test('during the body', async () => {
    const whole = post('/validate', JSON.stringify(reviewOf()), 'keep-alive');
    expect(await exchange(await listen(IMPATIENT), whole.slice(0, -10))).toMatch(/ 408 /);
  });
});

test('while closing, reviews in progress or just arriving are answered and new connections are rejected', async () => {
  const requested = Promise.withResolvers<void>();
  const listed = Promise.withResolvers<{ kind: 'gave-up'; why: string }>();
  const find = () => {
    requested.resolve();
    return listed.promise;
  };
  const app = await listen(SERVER_TIMEOUTS, { pods: { find } });
  const port = portOf(app);
  const whole = post('/validate', JSON.stringify(reviewOf()), 'keep-alive');
  const arriving = await handshake(port, 'TLSv1.3');
  arriving.write(whole.slice(0, 20));
  const answer = exchange(app, whole);
  await requested.promise;
  const closed = app.close();
  await expect(handshake(port, 'TLSv1.3')).rejects.toThrow(/ECONNREFUSED/);
  arriving.write(whole.slice(20));
  listed.resolve({ kind: 'gave-up', why: 'closing' });
  for (const response of [await answer, await answerOn(arriving)]) {
    expect(response).toMatch(/^HTTP\/1\.1 200 .*"allowed":true/s);
  }
  await closed;
});

async function listen(limits = SERVER_TIMEOUTS, over: Partial<ReviewEnvironment> = {}): Promise<FastifyInstance> {
  const { app } = await webhook(over, { tls, limits });
  await app.listen({ host: '127.0.0.1', port: 0 });
  return app;
}

function portOf(app: FastifyInstance): number {
  return (app.server.address() as AddressInfo).port;
}

async function handshake(port: number, version: SecureVersion) {
  const old = version === 'TLSv1.1' ? { ciphers: OLD_CIPHERS } : {};
  const options: ConnectionOptions = { host: '127.0.0.1', port, ca: tls.cert, ...old };
  const socket = connectTls({ ...options, minVersion: version, maxVersion: version });
  onTestFinished(() => void socket.destroy());
  await once(socket, 'secureConnect');
  return socket;
}

/** Sends bytes and reads until the answer is complete or the connection is closed. */
async function exchange(app: FastifyInstance, bytes: string): Promise<string> {
  const socket = await handshake(portOf(app), 'TLSv1.3');
  socket.write(bytes);
  return answerOn(socket);
}

async function answerOn(socket: Socket): Promise<string> {
  let answer = '';
  socket.on('data', chunk => {
    answer += chunk;
    if (answer.includes('"AdmissionReview"')) socket.end();
  });
  socket.on('error', () => {});
  await text(socket).catch(() => '');
  return answer;
}

function post(path: string, body: string, connection: string): string {
  const headers = ['host: zonewise', 'content-type: application/json', `content-length: ${Buffer.byteLength(body)}`];
  return [`POST ${path} HTTP/1.1`, ...headers, `connection: ${connection}`, '', body].join('\r\n');
}
